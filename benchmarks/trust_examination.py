"""What must not come of a file, whatever is in it.

It is decoded to finite samples or refused in one line that names it. A worker that dies is answered
for; here it counts as a fault all the same.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from samesong.features.errors import AudioError
from samesong.features.limits import LONGEST
from samesong.runtime.files.reader import FileReader

_RATE = 22_050
_LONGEST_LINE = 600
# What a refusal must not say: each stands for an exception that nobody foresaw, or a dead worker.
_UNFORESEEN = ("its decoder failed", "made its decoder", "Traceback", 'File "')


@dataclass(frozen=True)
class Examination:
    """What came of one file.

    Attributes
    ----------
    faults : list of str
        What should not have been.
    refusal : str
        Why it was refused; empty if it was decoded.
    """

    faults: list[str]
    refusal: str


def examine(reader: FileReader, path: Path) -> Examination:
    """Read a file in every way that a user's is read, and tell what should not have been.

    Parameters
    ----------
    reader : FileReader
        Reads it.
    path : Path
        The file.

    Returns
    -------
    Examination
        What came of it.
    """
    faults: list[str] = []
    refusals: list[str] = []
    with _lines() as said:
        for read in (_read_content, _read_tags, _read_sound, _read_middle):
            try:
                faults += read(reader, path)
            except AudioError as error:
                refusals.append(str(error))
            except Exception as error:
                faults.append(f"{read.__name__} raised {type(error).__name__}: {error}")
    for line in (*refusals, *said):
        faults += _faults_of(line, path)
    return Examination(list(dict.fromkeys(faults)), refusals[0] if refusals else "")


def _read_content(reader: FileReader, path: Path) -> list[str]:
    with reader.open(path) as file:
        content = reader.content(file)
    return [] if content.size == path.stat().st_size else [f"{content.size} bytes were read"]


def _read_tags(reader: FileReader, path: Path) -> list[str]:
    with reader.open(path) as file:
        tags = vars(reader.tags(file))
    texts = [text for text in tags.values() if text is not None]
    return [f"a tag is {text!r}" for text in texts if not text or "\0" in text or not _utf8(text)]


def _utf8(text: str) -> bool:
    return text.encode("utf-8", "ignore").decode() == text


def _read_sound(reader: FileReader, path: Path) -> list[str]:
    length, finite = 0, True
    with reader.open(path) as file:
        for piece in file.samples(_RATE):
            length += len(piece)
            finite = finite and bool(np.isfinite(piece).all())
        info = file.info
    faults = [] if finite else ["a sample is no number"]
    if not length:
        faults.append("nothing was decoded, and nothing said")
    if not 0 < info.duration <= LONGEST + 1 or abs(info.duration - length / _RATE) > 0.01:
        faults.append(f"{length / _RATE} s were decoded of {info.duration} s")
    return faults


def _read_middle(reader: FileReader, path: Path) -> list[str]:
    with reader.open(path) as file:
        duration = file.info.duration
        if not 0 <= duration < float("inf"):
            return [f"it lasts {duration} s"]
        size = sum(map(len, file.samples(_RATE, duration / 2, 0.1)))
    return [] if size <= round(0.1 * _RATE) else [f"{size} samples of a span of 0.1 s"]


def _faults_of(line: str, path: Path) -> list[str]:
    """Return what is wrong with a line that a user would read."""
    wrong: dict[str, Callable[[], bool]] = {
        "several lines": lambda: len(line.splitlines()) != 1,
        "no file": lambda: path.name not in line,
        "too long": lambda: len(line) > _LONGEST_LINE,
        "not foreseen": lambda: any(mark in line for mark in _UNFORESEEN),
        "no text": lambda: not line.isprintable(),
    }
    return [f"{what}: {line!r}" for what, is_so in wrong.items() if is_so()]


@contextmanager
def _lines() -> Iterator[Sequence[str]]:
    """Collect what is logged."""
    said: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("samesong")
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield said
    finally:
        logger.removeHandler(handler)
        logger.propagate = True
