"""The memory and the time that reading one file may take."""

from dataclasses import dataclass

_MEGABYTE = 2**20


@dataclass(frozen=True)
class WorkerLimits:
    """The limits of a worker.

    Attributes
    ----------
    memory : int
        Bytes beyond those that its program takes. Recordings of everyday formats take
        some 50 MB, those of a mixing desk with 128 channels 200 MB.
    seconds : float
        Time that a file may take, besides `bytes_a_second`, and a second for each second of sound
        that it has delivered. Decoding is some hundred times faster.
    bytes_a_second : float
        Bytes of a file that allow it another second: a slow disk must not count as a hostile file.
    """

    memory: int = 512 * _MEGABYTE
    seconds: float = 20.0
    bytes_a_second: float = 1e6

    def seconds_for(self, size: int) -> float:
        """Return the time that a file may take before it delivers anything.

        Parameters
        ----------
        size : int
            Its bytes.

        Returns
        -------
        float
            In seconds.

        Examples
        --------
        >>> WorkerLimits().seconds_for(5_000_000)
        25.0
        """
        return self.seconds + size / self.bytes_a_second
