"""A recording that could not be identified."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from samesong.runtime.display.data_frame import data_frame
from samesong.runtime.display.html_table import html_line

if TYPE_CHECKING:
    from samesong.runtime.display.data_frame import DataFrame


@dataclass(frozen=True)
class Failure:
    """A recording that could not be identified.

    Attributes
    ----------
    query : str
        Its name.
    error : str
        One sentence that says why, and what to do.

    Examples
    --------
    >>> Failure("a.flac", "'a.flac' does not exist; check the path").to_dict()
    {'query': 'a.flac', 'error': "'a.flac' does not exist; check the path"}
    """

    query: str
    error: str

    def to_dict(self) -> dict[str, Any]:
        """Return the failure as ``identify --json`` prints it.

        Returns
        -------
        dict
            Plain values.
        """
        return {"query": self.query, "error": self.error}

    def to_pandas(self) -> "DataFrame":
        """Return the failure as a table for pandas, to be joined with those of answers.

        Returns
        -------
        pandas.DataFrame
            One row, ``query`` and ``error``.

        Raises
        ------
        MissingExtraError
            If pandas is not installed.
        """
        return data_frame(("query", "error"), [self.to_dict()])

    def _repr_html_(self) -> str:
        return html_line(self.error)
