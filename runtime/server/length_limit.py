"""The limit of a recording's length, for what is decoded and not for what its header claims."""

from samesong.features.progress import OnProgress, Progress
from samesong.runtime.server.problems import ProblemError

_SLACK = 1.0  # seconds; a codec may pad what it codes


def length_limit(name: str, seconds: float) -> OnProgress:
    """Return what refuses a recording that turns out to be too long while it is read.

    Parameters
    ----------
    name : str
        Its name at the client.
    seconds : float
        The limit.

    Returns
    -------
    callable
        To be called with the progress; raises a `ProblemError` if too many seconds are done.
    """

    def check(progress: Progress) -> None:
        if progress.seconds_done > seconds + _SLACK:
            raise too_long(name, seconds, seconds, at_least=True)

    return check


def too_long(name: str, duration: float, seconds: float, *, at_least: bool = False) -> ProblemError:
    """Return the refusal of a recording that is too long.

    Parameters
    ----------
    name : str
        Its name at the client.
    duration, seconds : float
        How long it is, and may be.
    at_least : bool, optional
        It is longer than that.

    Returns
    -------
    ProblemError
        Status 422.
    """
    more = "more than " if at_least else ""
    return ProblemError(
        422,
        "too-long",
        f"{name} lasts {more}{duration / 60:.1f} minutes, and the limit is {seconds / 60:g}: "
        "upload a part of it, or start the server with a higher limit",
    )
