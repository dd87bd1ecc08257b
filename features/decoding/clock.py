"""The clock of a recording: where each decoded sample lies, whatever the file's times begin at."""

TOLERANCE = 0.1
"""Seconds that times may be ahead of the samples before sound is missing: containers round them."""
LONGEST_PAUSE = 3600.0
"""Seconds that may be missing at a place; a longer jump of the times is no pause."""


class Clock:
    """Counts decoded samples, and tells what silence goes between them.

    Times that jump back, as where recordings were glued together, go on from where they were; so
    do those that jump ahead by more than `LONGEST_PAUSE`.

    Parameters
    ----------
    origin : float
        Time of the container, in its own seconds, at which the recording begins; it moves with each
        jump.
    """

    def __init__(self, origin: float) -> None:
        self.origin = origin
        self._base = 0.0  # where the samples that are counted begin
        self._count = 0
        self._rate = 1

    @property
    def now(self) -> float:
        """Seconds of the recording that have passed."""
        return self._base + self._count / self._rate

    def start(self, now: float) -> None:
        """Go to another place, as after a seek.

        Parameters
        ----------
        now : float
            Seconds of the recording that have passed.
        """
        self._base, self._count = now, 0

    def follow(self, time: float | None, seconds: float) -> None:
        """Let undecoded samples pass.

        Parameters
        ----------
        time : float or None
            Time of the container in its seconds at which they begin; None if it says none.
        seconds : float
            How long they last; containers round it, so that times count where there are any.
        """
        now = self.now + self.missing(time)
        begin = now if time is None else time - self.origin
        self.start(max(0.0, begin + seconds))  # times may be rounded to before the origin

    def missing(self, time: float | None) -> float:
        """Return how much silence goes before samples of a given time.

        Parameters
        ----------
        time : float or None
            Time of the container in its seconds; None if it says none.

        Returns
        -------
        float
            Seconds; 0 where the samples follow those before.
        """
        if time is None:
            return 0.0
        # Once for each frame: `now`, written out.
        ahead = time - self.origin - self._base - self._count / self._rate
        if -TOLERANCE <= ahead <= TOLERANCE:
            return 0.0
        if 0 < ahead <= LONGEST_PAUSE:
            return ahead
        self.origin += ahead
        return 0.0

    def passes(self, count: int, rate: int) -> None:
        """Count samples.

        Parameters
        ----------
        count : int
            How many there are of a channel.
        rate : int
            Samples a second.
        """
        if rate != self._rate:
            self._base, self._count, self._rate = self.now, 0, rate
        self._count += count
