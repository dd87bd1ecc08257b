"""What the exit codes of samesong mean."""

DONE = 0
SOME_FAILED = 1
UNUSABLE = 2
INTERRUPTED = 130


def after(done: int, failed: int) -> int:
    """Return the exit code after so many inputs were done and so many failed."""
    if not failed:
        return DONE
    return SOME_FAILED if done else UNUSABLE
