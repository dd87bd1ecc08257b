"""The verdict on a query: one rule for every answer that samesong gives."""

from collections.abc import Sequence
from enum import StrEnum

ACCEPTED = 0.5
"""A work is named when it is at least as likely as everything else together: a decision, which
callers may take otherwise, and not a number of the model."""

PROBABLE = 0.25
"""Least probability of a work that is worth a person's look, if it also leads by `LEAD`. Of 592
queries, the songs of half of which were missing, 31 were probable, and 13 of these right: all that
were there (``benchmarks/work_versions.py``)."""

LEAD = 2.0
"""Ratio of the best work's probability to the second one's that sets it apart from chance."""


class Verdict(StrEnum):
    """The three kinds of answer."""

    MATCH = "match"
    """The query is a performance of the first work."""
    PROBABLE = "probable"
    """It may be: the first work stands out, but is not likely enough to be named."""
    NONE = "none"
    """It is probably none of the catalog's works."""


def verdict_on(probabilities: Sequence[float], threshold: float = ACCEPTED) -> Verdict:
    """Return the verdict on a query.

    Parameters
    ----------
    probabilities : sequence of float
        Of the works that it may be a performance of, falling, 0 to 1; all of them or at least the
        first two.
    threshold : float, optional
        Least probability of a work that is named.

    Returns
    -------
    Verdict
        ``MATCH`` or ``PROBABLE`` is about the first work.

    Examples
    --------
    >>> [str(verdict_on(found)) for found in ([0.8, 0.1], [0.37, 0.02], [0.2, 0.18], [])]
    ['match', 'probable', 'none', 'none']
    """
    best, second = (*probabilities[:2], 0.0, 0.0)[:2]
    if probabilities and best >= threshold:
        return Verdict.MATCH
    if best >= PROBABLE and best >= LEAD * second:
        return Verdict.PROBABLE
    return Verdict.NONE
