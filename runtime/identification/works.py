"""From the evidence for recordings to the evidence for works."""

from collections.abc import Mapping


def work_evidence(evidence: Mapping[str, float], works: Mapping[str, str]) -> dict[str, float]:
    """Return the evidence for works, from that for their recordings.

    A performance is one of the song, whichever of its recordings it is closest to: that of its
    closest recording is the evidence for a work. So a copy, which is as close as its original, adds
    nothing, and another version adds what it is closer by.

    Parameters
    ----------
    evidence : mapping of str to float
        Log-odds of each recording that was compared, by track_id.
    works : mapping of str to str
        The work of each of these recordings.

    Returns
    -------
    dict of str to float
        Log-odds of each work, by work_id.

    Examples
    --------
    >>> work_evidence({"a": 1.0, "b": 3.0, "c": 2.0}, {"a": "x", "b": "x", "c": "y"})
    {'x': 3.0, 'y': 2.0}
    """
    found: dict[str, float] = {}
    for track_id, log_odds in evidence.items():
        work = works[track_id]
        found[work] = max(log_odds, found.get(work, log_odds))
    return found
