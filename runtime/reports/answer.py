"""The answer to one query in a sentence."""

from samesong.runtime.identification.ranking import Ranking
from samesong.runtime.identification.verdict import ACCEPTED, Verdict
from samesong.runtime.reports.text import one_line


def answer(ranking: Ranking, threshold: float = ACCEPTED) -> str:
    """Return the verdict on a query in a sentence.

    Parameters
    ----------
    ranking : Ranking
        The songs that the query is closest to.
    threshold : float, optional
        Least probability at which the first one is named.

    Returns
    -------
    str
        One sentence.

    Examples
    --------
    >>> answer(Ranking("live.flac", Verdict.NONE, matches=(), none=1.0, seconds=0.1))
    'None of these: there is nothing that it could be compared with.'
    """
    if not ranking.matches:
        return "None of these: there is nothing that it could be compared with."
    best = ranking.matches[0]
    artist = one_line(best.track.artist)
    name = repr(one_line(best.track.title)) + (f" by {artist}" if artist else "")
    if ranking.verdict is Verdict.MATCH:
        return f"This is {name}, score {best.score:.3f}."
    score, least = rounded_below(best.score, threshold), str(threshold).removesuffix(".0")
    if ranking.verdict is Verdict.PROBABLE:
        return f"Probably {name}: no other comes near, but its score, {score}, is below {least}."
    return f"None of these: the best score, {score}, is below {least}."


def rounded_below(score: float, threshold: float) -> str:
    """Return a score with three digits, or as many as it takes to stay below a threshold.

    Parameters
    ----------
    score : float
        Below the threshold.
    threshold : float
        The threshold.

    Returns
    -------
    str
        The score.

    Examples
    --------
    >>> rounded_below(0.25, 0.5), rounded_below(0.49961, 0.5)
    ('0.250', '0.4996')
    """
    texts = (f"{score:.{digits}f}" for digits in range(3, 17))
    return next((text for text in texts if float(text) < threshold), str(score))
