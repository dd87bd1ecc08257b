"""The time that work still takes, by the pace at which it went on lately."""

from itertools import pairwise

_NEEDED = 4
"""Bursts of reports; nothing is known of the work before the end of the first one."""
_APART = 0.5
"""Reports that follow each other in less than this part of the mean time are of one burst."""


class Pace:
    """Measures how fast work goes on.

    Reports that come in a burst are one, that of its end: else the work would look fast just after
    it. What was done until the end of the first one does not count: it loads models and compiles.

    Examples
    --------
    >>> pace = Pace()
    >>> for now, done in ((110.0, 0.1), (120.0, 0.3), (130.0, 0.5), (140.0, 0.7)):
    ...     pace.report(done, now)
    >>> round(pace.seconds_left(now=141.0), 1)
    14.0
    """

    def __init__(self) -> None:
        self._reports: list[tuple[float, float]] = []

    def report(self, done: float, now: float) -> None:
        """Note what has been done.

        Parameters
        ----------
        done : float
            Share of the work, from 0 to 1, never less than before.
        now : float
            The time, in seconds of one clock.
        """
        if done > (self._reports[-1][1] if self._reports else 0.0):
            self._reports.append((now, done))

    def seconds_left(self, now: float) -> float | None:
        """Return the time that the rest takes.

        Parameters
        ----------
        now : float
            The time, in seconds of one clock.

        Returns
        -------
        float or None
            In seconds; None until enough has been done to tell.
        """
        bursts = self._ends_of_bursts()
        if len(bursts) < _NEEDED:
            return None
        (first, begun), (last, done) = bursts[0], bursts[-1]
        seconds = (last - first) / (done - begun)  # of all the work
        return max(0.0, (1 - done) * seconds - (now - last))

    def _ends_of_bursts(self) -> list[tuple[float, float]]:
        reports = list(self._reports)
        if len(reports) < _NEEDED:
            return []
        mean = (reports[-1][0] - reports[0][0]) / (len(reports) - 1)
        ends = [
            one for one, following in pairwise(reports) if following[0] - one[0] >= _APART * mean
        ]
        return [*ends, reports[-1]]
