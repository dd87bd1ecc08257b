"""The limit of a recording's length, for what is decoded and not for what its header claims."""

from collections.abc import Callable

from samesong.runtime.server.problems import ProblemError

_SLACK = 1.0  # seconds; a codec may pad what it codes


def length_limit(name: str, seconds: float) -> Callable[[float], None]:
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
        To be called with the seconds read so far; raises a `ProblemError` if they are too many.
    """

    def check(read: float) -> None:
        if read > seconds + _SLACK:
            raise too_long(name, f"more than {seconds / 60:g}", seconds)

    return check


def too_long(name: str, minutes: str, seconds: float) -> ProblemError:
    """Return the refusal of a recording that is too long.

    Parameters
    ----------
    name : str
        Its name at the client.
    minutes : str
        Its length.
    seconds : float
        The limit.

    Returns
    -------
    ProblemError
        Status 422.
    """
    return ProblemError(
        422,
        "too-long",
        f"{name} lasts {minutes} minutes, and the limit is {seconds / 60:g}: upload a part of it, "
        "or start the server with a higher limit",
    )
