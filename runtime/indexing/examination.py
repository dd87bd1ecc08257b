"""Comparing files with a catalog before any is analysed, in the order that loses nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from samesong.features import AudioFile
from samesong.runtime.files.content import FileContent
from samesong.runtime.files.reader import FileReader
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
        Its content.
    file : AudioFile, optional
        The file, open, if it has yet to be analysed.
    """

    outcome: Outcome
    content: FileContent | None = None
    file: AudioFile | None = None

    def close(self) -> None:
        """Close the file."""
        if self.file is not None:
            self.file.close()


def examine(files: Iterable[Path], known: KnownFiles, reader: FileReader) -> Iterator[Examined]:
    """Compare files with those behind a catalog's tracks.

    A known path with other audio comes last: its track may be found under another path before, and
    two that were swapped are moved in one step.

    Parameters
    ----------
    files : iterable of Path
        The files.
    known : KnownFiles
        The files behind the catalog's tracks.
    reader : FileReader
        Reads the files.

    Yields
    ------
    Examined
        Each file once.

    Raises
    ------
    CatalogError
        If the catalog cannot be written.
    """
    later: list[tuple[Path, FileContent]] = []
    for path in files:
        outcome = known.unchanged(path)
        if outcome is not None:
            yield Examined(outcome)
            continue
        examined = _read(path, known, reader)
        if isinstance(examined, Examined):
            yield examined
        else:
            later.append((path, examined))
    found = [(path, content) for path, content in later if known.is_known_content(content)]
    moved = [_classify(path, content, known, reader) for path, content in found]
    known.settle()
    yield from moved
    done = {path for path, _ in found}
    for path, content in later:
        if path not in done:
            yield _classify(path, content, known, reader)


def _read(path: Path, known: KnownFiles, reader: FileReader) -> Examined | FileContent:
    """Read a file; its content is returned if it cannot be classified yet."""
    try:
        with reader.open(path) as file:
            content = reader.content(file)
    except Exception as error:
        return Examined(failed(path, error))
    if known.is_new_content(path, content):
        return content
    return _classify(path, content, known, reader)


def _classify(path: Path, content: FileContent, known: KnownFiles, reader: FileReader) -> Examined:
    file = examined = None
    try:
        file = reader.open(path)
        outcome = known.classify(file, content)
        if outcome.status in (Status.ADDED, Status.REPLACED):
            examined = Examined(outcome, content, file)
            return examined
        return Examined(outcome)
    except Exception as error:
        return Examined(failed(path, error))
    finally:
        if file is not None and examined is None:
            file.close()
