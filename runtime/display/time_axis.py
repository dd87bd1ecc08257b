"""The time axis of a timeline: round times to mark on it."""

from math import ceil

_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800)
_HOUR = 3600


def tick_times(duration: float, most: int = 9, start: float = 0) -> list[int]:
    """Return round, equally spaced times, none before the start or after the end.

    Parameters
    ----------
    duration : float
        Length of the axis in seconds.
    most : int, optional
        Largest number of times.
    start : float, optional
        Where the axis begins, in seconds.

    Returns
    -------
    list of int
        Seconds.

    Examples
    --------
    >>> tick_times(3700)
    [0, 600, 1200, 1800, 2400, 3000, 3600]
    >>> tick_times(60, most=5, start=100)
    [105, 120, 135, 150]
    """
    step = next((step for step in _STEPS if duration < step * most), None)
    if step is None:
        step = _HOUR * (int(duration / (_HOUR * most)) + 1)
    return list(range(ceil(start / step) * step, int(start + duration) + 1, step))
