"""Sets and encores: the sections of a concert, which long gaps between its songs divide."""

from collections.abc import Sequence

SET_GAP = 300.0
"""Seconds without a song after which a new set begins: no speech between two songs is so long."""
ENCORE_GAP = 60.0
"""Seconds without a song after which an encore may begin."""
ENCORE_APPLAUSE = 0.5
"""Share of such a gap in which the audience must be heard calling for it."""
MOST_ENCORE_SONGS = 5
"""Songs of an encore, at most; it is also shorter than what comes before it."""


def sections(spans: Sequence[tuple[float, float]], applause: Sequence[float]) -> list[str | None]:
    """Name the section that each song belongs to.

    Parameters
    ----------
    spans : sequence of tuple of float
        Start and end of each song in seconds, in order.
    applause : sequence of float
        Seconds of applause in each gap between two songs, one fewer than songs.

    Returns
    -------
    list of str or None
        ``Set 1``, ``Set 2``, ``Encore``, ``Encore 2`` and so on; None for all songs of a concert
        that has one section only.

    Examples
    --------
    >>> sections([(0, 200), (210, 400), (420, 600), (700, 900)], [5, 10, 80])
    ['Set 1', 'Set 1', 'Set 1', 'Encore']
    """
    names = ["Set 1"] if spans else []
    n_sets, n_encores = 1, 0
    for number in range(1, len(spans)):
        gap = spans[number][0] - spans[number - 1][1]
        left = len(spans) - number
        called = gap >= ENCORE_GAP and applause[number - 1] >= ENCORE_APPLAUSE * gap
        if called and left <= MOST_ENCORE_SONGS and left < number:
            n_encores += 1
            names.append("Encore" if n_encores == 1 else f"Encore {n_encores}")
        elif gap >= SET_GAP:
            n_sets += 1
            names.append(f"Set {n_sets}")
        else:
            names.append(names[-1])
    return [name if len(set(names)) > 1 else None for name in names]
