"""The answer to one query in a sentence."""

from samesong.runtime.display.text import one_line, percent, percent_below
from samesong.runtime.identification.ranking import Ranking
from samesong.runtime.identification.verdict import ACCEPTED, Verdict

PERHAPS = "perhaps"
"""The word before a song of the verdict ``probable``. It leads all other songs of the catalog, and
yet may be less likely than none of them: "probably" would say too much."""


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
    artist = one_line(best.artist)
    name = repr(one_line(best.title)) + (f" by {artist}" if artist else "")
    if ranking.verdict is Verdict.MATCH:
        sure = percent(best.probability)
        sure = sure.replace(">", "above") if ">" in sure else f"of {sure}"
        return f"This is {name}, with a probability {sure}."
    found, least = percent_below(best.probability, threshold)
    if ranking.verdict is Verdict.PROBABLE:
        return (
            f"{PERHAPS.capitalize()} {name}: no other song comes near, but its probability, "
            f"{found}, is below {least}."
        )
    return f"None of these: the best probability, {found}, is below {least}."
