"""Comparing files with a catalog before any is analysed, in the order that loses nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from samesong.runtime.files.content import FileContent
from samesong.runtime.indexing.executor import Executor
from samesong.runtime.indexing.known_files import KnownFiles
from samesong.runtime.indexing.outcome import Outcome, Status, failed


@dataclass(frozen=True)
class Examined:
    """A file that was compared with a catalog.

    Attributes
    ----------
    outcome : Outcome
        Its outcome, final unless it is open.
    content : FileContent, optional
        Its content, if it has yet to be analysed.
    """

    outcome: Outcome
    content: FileContent | None = None


def examine(
    files: Iterable[Path], known: KnownFiles, executor: Executor
) -> Iterator[Examined | None]:
    """Compare files with those behind a catalog's tracks.

    A known path with other audio comes last: its track may be found under another path before, and
    two that were swapped are moved in one step.

    Parameters
    ----------
    files : iterable of Path
        The files.
    known : KnownFiles
        The files behind the catalog's tracks.
    executor : Executor
        Reads the files.

    Yields
    ------
    Examined or None
        Each file once; None as of `Executor.contents`.

    Raises
    ------
    CatalogError
        If the catalog cannot be written.
    """
    unread: list[Path] = []
    for path in files:
        outcome = known.unchanged(path)
        if outcome is None:
            unread.append(path)
        else:
            yield Examined(outcome)
    later: list[tuple[Path, FileContent]] = []
    for read in executor.contents(unread):
        if read is None:
            yield None
            continue
        path, content = read
        if isinstance(content, Exception):
            yield Examined(failed(path, content))
        elif known.is_new_content(path, content):
            later.append((path, content))
        else:
            yield _classify(path, content, known)
    found = [(path, content) for path, content in later if known.is_known_content(content)]
    moved = [_classify(path, content, known) for path, content in found]
    known.settle()
    yield from moved
    done = {path for path, _ in found}
    for path, content in later:
        if path not in done:
            yield _classify(path, content, known)


def _classify(path: Path, content: FileContent, known: KnownFiles) -> Examined:
    try:
        outcome = known.classify(path, content)
    except Exception as error:
        return Examined(failed(path, error))
    waits = outcome.status in (Status.ADDED, Status.REPLACED)
    return Examined(outcome, content if waits else None)
