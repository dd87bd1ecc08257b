"""What ``samesong index`` says about files that are neither new nor as they were."""

from collections.abc import Sequence

from samesong.runtime.cli.output import say
from samesong.runtime.indexing.outcome import Outcome, Status

_SHOWN = 20
"""Lines of one kind; a folder that was renamed moves thousands of files."""

_SENTENCES = {
    Status.MOVED: "{path} was moved from {detail}",
    Status.RETAGGED: "{path} has other tags",
    Status.REPLACED: "{path} has other audio; what was set by hand ({detail}) was kept: check it",
    Status.DUPLICATE: "{path} has the same audio as {detail}",
}


def tell(outcomes: Sequence[Outcome]) -> None:
    """Print what happened to files that were known, or are copies of such.

    Parameters
    ----------
    outcomes : sequence of Outcome
        The outcomes of all files.
    """
    for status, sentence in _SENTENCES.items():
        told = [one for one in outcomes if one.status is status]
        if status is Status.REPLACED:
            told = [one for one in told if one.detail]
        for outcome in told[:_SHOWN]:
            say(sentence.format(path=outcome.path, detail=outcome.detail))
        if len(told) > _SHOWN:
            say(f"... and {len(told) - _SHOWN} more {status}; --json names them all")
