"""A file that fails does so alone, whatever it raises, and what was analysed is kept."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import soundfile

from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.writer import CatalogWriter
from samesong.runtime.indexing.indexer import Indexer
from samesong.runtime.indexing.outcome import Outcome, Status
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.representation.window import Window

RATE = 22_050


@pytest.fixture
def songs(tmp_path: Path, song: Callable[..., object]) -> list[Path]:
    files = [tmp_path / f"{seed}.wav" for seed in range(4)]
    for seed, path in enumerate(files):
        soundfile.write(path, song(seed, seconds=1.0), RATE)
    return files


@pytest.fixture
def writer(tmp_path: Path, bundle: ModelBundle) -> Iterator[CatalogWriter]:
    with CatalogWriter(tmp_path / "catalog", bundle) as writer:
        yield writer


def test_hostile_files_stop_no_other(
    writer: CatalogWriter, analyser: Analyser, songs: list[Path], hostile: Path
) -> None:
    first, *others = sorted(hostile.iterdir())
    files = [first, *songs[:2], *others, *songs[2:]]
    outcomes = {
        one.path: one for one in Indexer(writer, analyser, workers=2, by_ear=False).index(files)
    }
    assert [outcomes[path].status for path in songs] == [Status.ADDED] * 4
    for path in hostile.iterdir():
        if outcomes[path].status is Status.FAILED:
            assert path.name in outcomes[path].detail
    refused = {path.name for path, one in outcomes.items() if one.status is Status.FAILED}
    assert refused >= {"1 Hz.wav", "2147483647 Hz.wav", "65535 channels.wav"}


class Raising(Analyser):
    """An analyser that raises an error of its own at one file."""

    error: BaseException

    def recording(self, recording: object, *args: object, **options: object) -> list[Window]:
        if "1.wav" in str(getattr(recording, "path", recording)):
            raise self.error
        return super().recording(recording, *args, **options)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (MemoryError(), "needs more memory"),
        (UnicodeDecodeError("utf-8", b"\xe9", 0, 1, "invalid"), "UnicodeDecodeError"),
        (RecursionError("deep\nnested"), "RecursionError: deep nested"),
        (OSError(5, "Input/output error"), "Input/output error"),
    ],
)
def test_whatever_is_raised_is_one_files_failure(
    writer: CatalogWriter,
    bundle: ModelBundle,
    songs: list[Path],
    error: BaseException,
    reason: str,
) -> None:
    analyser = Raising(bundle, threads=1)
    analyser.error = error
    outcomes = Indexer(writer, analyser, by_ear=False).index(songs)
    assert [one.status is Status.FAILED for one in outcomes] == [False, True, False, False]
    assert reason in outcomes[1].detail
    assert str(songs[1]) in outcomes[1].detail
    assert len(Catalog(writer.location)) == 3


def test_what_is_analysed_is_kept_whatever_ends_the_run(
    writer: CatalogWriter, analyser: Analyser, songs: list[Path]
) -> None:
    seen: list[Outcome] = []

    def tell(outcome: Outcome) -> None:
        seen.append(outcome)
        if len(seen) == 3:
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        Indexer(writer, analyser, on_outcome=tell).index(songs)
    assert len(Catalog(writer.location)) == 3
