"""The decision whether this process has enough work to load Numba.

Loading Numba takes longer than most searches do. So each caller of a compiled loop says how much
time the loop would save it, and Numba is loaded once that is more, over everything the process has
done so far, than loading takes. A single query seldom waits for it; a set list, an evaluation, a
server and a scan of many windows soon run compiled loops alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager

LOAD_SECONDS = 3.0
"""Seconds that have to be saved. Loading Numba and the compiled loops, from the cache that Numba
keeps, takes 1.2; more, so that a query which is nearly done does not wait for them."""


class NumbaPolicy:
    """Counts the time that compiled loops would have saved, and decides by it.

    Parameters
    ----------
    load_seconds : float, optional
        Seconds that have to be saved before Numba is loaded.

    Notes
    -----
    Deciding so takes at most twice the time of an oracle that knows all work beforehand: this is
    the ski rental problem.
    """

    def __init__(self, load_seconds: float = LOAD_SECONDS) -> None:
        self._load_seconds = load_seconds
        self._saved = 0.0
        self._fixed: bool | None = None

    def enough(self, saved: float) -> bool:
        """Count some work that is about to be done, and decide whether to do it in Numba.

        Parameters
        ----------
        saved : float
            Seconds by which compiled loops would finish it sooner.

        Returns
        -------
        bool
            Whether to use them; once true, it stays so.
        """
        # Not locked: a count that is lost between two threads delays the decision by that much.
        self._saved += saved
        return self._saved >= self._load_seconds if self._fixed is None else self._fixed

    @contextmanager
    def fixed(self, compiled: bool) -> Iterator[None]:
        """Decide one way for a while, as tests and benchmarks of either way need it.

        Parameters
        ----------
        compiled : bool
            Whether to use compiled loops, however much work there is.

        Yields
        ------
        None
            While it lasts.
        """
        before, self._fixed = self._fixed, compiled
        try:
            yield
        finally:
            self._fixed = before


PROCESS = NumbaPolicy()
"""The policy of this process."""
