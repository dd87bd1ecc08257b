"""Tables for pandas, the only module that imports it: an optional package."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from samesong.features.errors import MissingExtraError

if TYPE_CHECKING:
    from pandas import DataFrame as DataFrame  # noqa: PLC0414  (others import it from here)


def data_frame(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> "DataFrame":
    """Return rows as a table for pandas.

    Parameters
    ----------
    columns : sequence of str
        The columns, in order.
    rows : iterable of mapping of str to object
        Values by their columns; one that a row lacks is missing.

    Returns
    -------
    pandas.DataFrame
        One row each.

    Raises
    ------
    MissingExtraError
        If pandas is not installed.
    """
    try:
        import pandas as pd  # noqa: PLC0415  (optional)
    except ImportError as error:
        raise MissingExtraError(
            "to_pandas() needs pandas: run pip install pandas, or use to_dict()"
        ) from error
    return pd.DataFrame([dict(row) for row in rows], columns=list(columns))


def span_columns(name: str, span: Sequence[float]) -> dict[str, object]:
    """Return a span of time as two columns.

    Parameters
    ----------
    name : str
        What it is a span of, such as ``query``.
    span : sequence of float
        Start and end in seconds.

    Returns
    -------
    dict
        Both, such as ``query_start`` and ``query_end``.

    Examples
    --------
    >>> span_columns("query", (1.5, 60.0))
    {'query_start': 1.5, 'query_end': 60.0}
    """
    return {f"{name}_start": span[0], f"{name}_end": span[1]}
