"""Exit codes of samesong."""

DONE = 0
SOME_FAILED = 1
UNUSABLE = 2
INTERRUPTED = 130


def after(done: int, failed: int) -> int:
    """Return the exit code of a command that processed several inputs.

    Parameters
    ----------
    done : int
        Number of inputs that were processed.
    failed : int
        Number of inputs that failed.

    Returns
    -------
    int
        `DONE` if nothing failed, `UNUSABLE` if everything did, `SOME_FAILED` otherwise.

    Examples
    --------
    >>> after(3, 0), after(3, 1), after(0, 1)
    (0, 1, 2)
    """
    if not failed:
        return DONE
    return SOME_FAILED if done else UNUSABLE
