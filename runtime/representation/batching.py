"""Batches of things of one shape, which alone can be stacked and computed together."""

from collections.abc import Hashable, Sequence


def batches(shapes: Sequence[Hashable], size: int) -> list[list[int]]:
    """Group things by shape and cut the groups into batches.

    Parameters
    ----------
    shapes : sequence of hashable
        Shape of each thing, or whatever else has to be equal within a batch.
    size : int
        Most things in a batch, at least 1.

    Returns
    -------
    list of list of int
        Places of the things in each batch, in rising order. Batches of one shape follow each
        other; shapes are in the order in which they first occur.

    Examples
    --------
    >>> batches(["long", "short", "long", "long"], 2)
    [[0, 2], [3], [1]]
    """
    groups: dict[Hashable, list[int]] = {}
    for place, shape in enumerate(shapes):
        groups.setdefault(shape, []).append(place)
    return [
        places[start : start + size]
        for places in groups.values()
        for start in range(0, len(places), size)
    ]
