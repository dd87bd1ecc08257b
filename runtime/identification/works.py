"""From the evidence for recordings to the evidence for works."""

from collections.abc import Mapping


def work_evidence(
    evidence: Mapping[str, float], works: Mapping[str, str]
) -> dict[str, tuple[float, ...]]:
    """Group the evidence for recordings by the works that they are of.

    A performance is one of the song, whichever of its recordings it is closest to: the first value
    of a work, that of its closest recording, is the evidence for the work. So a copy, which is as
    close as its original, adds nothing, and another version adds what it is closer by.

    Parameters
    ----------
    evidence : mapping of str to float
        Log-odds of each recording that was compared, by track_id.
    works : mapping of str to str
        The work of each of these recordings.

    Returns
    -------
    dict of str to tuple of float
        Log-odds of the recordings of each work, falling, by work_id.

    Examples
    --------
    >>> work_evidence({"a": 1.0, "b": 3.0, "c": 2.0}, {"a": "x", "b": "x", "c": "y"})
    {'x': (3.0, 1.0), 'y': (2.0,)}
    """
    grouped: dict[str, list[float]] = {}
    for track_id, log_odds in evidence.items():
        grouped.setdefault(works[track_id], []).append(log_odds)
    return {work: tuple(sorted(found, reverse=True)) for work, found in grouped.items()}
