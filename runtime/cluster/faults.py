"""What errors of Ray mean to a user."""

from ray.exceptions import RayTaskError

from samesong.features.errors import ClusterError, SamesongError


def in_brief(error: BaseException | None) -> str:
    """Return what an error of Ray says, without its traceback.

    Parameters
    ----------
    error : BaseException, optional
        The error.

    Returns
    -------
    str
        One line.
    """
    if isinstance(error, RayTaskError):  # its text is a traceback, which ends with the error
        return str(error.cause or error).strip().split("\n")[-1]
    return str(error).strip().split("\n")[0] or type(error).__name__


def failure(error: RayTaskError, who: str, remedy: str = "repair samesong there") -> SamesongError:
    """Return the error that work on a worker ended with.

    Parameters
    ----------
    error : RayTaskError
        As Ray raises it.
    who : str
        Who did the work, such as ``a shard``.
    remedy : str, optional
        What to do where the error is not one of samesong.

    Returns
    -------
    SamesongError
        The one that was raised there, if it is one.
    """
    if isinstance(error.cause, SamesongError):
        return error.cause
    return ClusterError(f"{who} failed ({in_brief(error)}): {remedy}")
