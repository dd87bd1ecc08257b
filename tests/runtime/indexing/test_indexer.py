import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest
import soundfile

from samesong.features.audio_file import AudioFile
from samesong.features.progress import Progress
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.verify import verify
from samesong.runtime.catalog.writer import CatalogWriter
from samesong.runtime.files.reader import FileReader
from samesong.runtime.indexing.indexer import Indexer
from samesong.runtime.indexing.outcome import Outcome, Status
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import ModelBundle

RATE = 22_050
ADDED, REPLACED, PRESENT = Status.ADDED, Status.REPLACED, Status.PRESENT
DUPLICATE, MOVED, FAILED = Status.DUPLICATE, Status.MOVED, Status.FAILED

Write = Callable[[str, int], Path]


@pytest.fixture
def writer(tmp_path: Path, bundle: ModelBundle) -> Iterator[CatalogWriter]:
    with CatalogWriter(tmp_path / "catalog", bundle) as writer:
        yield writer


@pytest.fixture
def write(tmp_path: Path, song: Callable[..., object]) -> Write:
    """Write the song of a seed, 2 s of it, to a file of that name."""

    def write_song(name: str, seed: int) -> Path:
        path = tmp_path / name
        soundfile.write(path, song(seed, seconds=2.0), RATE)
        return path

    return write_song


@pytest.fixture
def index(writer: CatalogWriter, analyser: Analyser) -> Callable[..., list[Status]]:
    """Index files and return what became of each; the catalog must be sound afterwards."""

    def run(*files: Path, workers: int = 1) -> list[Status]:
        outcomes = Indexer(writer, analyser, workers=workers).index(files)
        assert [outcome.path for outcome in outcomes] == list(files)
        report = verify(Catalog(writer.location))
        assert (report.problems, report.leftovers) == ([], 0)
        for outcome in outcomes:
            assert (outcome.track_id in writer) == (outcome.status is not FAILED)
        return [outcome.status for outcome in outcomes]

    return run


Index = Callable[..., list[Status]]


def titles(writer: CatalogWriter) -> list[str | None]:
    return [track.title for track in writer.tracks()]


def test_indexing_again_changes_nothing(index: Index, write: Write, writer: CatalogWriter) -> None:
    files = [write(f"{i}.wav", i) for i in range(3)]
    assert index(*files) == [ADDED] * 3
    before = writer.tracks()
    assert [track.duration for track in before] == [2.0] * 3
    assert index(*files) == [PRESENT] * 3
    assert writer.tracks() == before


def test_same_content_is_one_track(index: Index, write: Write, writer: CatalogWriter) -> None:
    a, b = write("a.wav", 1), write("b.wav", 1)
    assert index(a, b) == [ADDED, DUPLICATE]
    assert index(b, a) == [DUPLICATE, PRESENT]
    assert titles(writer) == ["a"]


def test_new_content_takes_the_place_of_old(
    index: Index, write: Write, writer: CatalogWriter
) -> None:
    a, b = write("a.wav", 1), write("b.wav", 2)
    index(a, b)
    old = writer.tracks()[0]
    write("a.wav", 3)
    assert index(a, b) == [REPLACED, PRESENT]
    assert titles(writer) == ["a", "b"]
    assert old.track_id not in writer


def test_a_file_that_became_a_copy_leaves_one_track(
    index: Index, write: Write, writer: CatalogWriter
) -> None:
    a, b = write("a.wav", 1), write("b.wav", 2)
    index(a, b)
    shutil.copy(b, a)
    assert index(a, b) == [DUPLICATE, PRESENT]
    assert titles(writer) == ["b"]


def test_swapped_files_are_both_there(index: Index, write: Write, writer: CatalogWriter) -> None:
    a, b = write("a.wav", 1), write("b.wav", 2)
    index(a, b)
    write("a.wav", 2)
    write("b.wav", 1)
    index(a, b)
    assert titles(writer) == ["a", "b"]
    assert index(a, b) == [PRESENT, PRESENT]


def test_a_file_that_was_moved_keeps_its_track(
    index: Index, write: Write, writer: CatalogWriter
) -> None:
    a, b = write("a.wav", 1), write("b.wav", 2)
    index(a, b)
    before = {track.path: track for track in writer.tracks()}
    windows = [stored.window.pack().finer for stored in writer.windows(before[str(a)].track_id)]
    c = a.rename(a.with_name("c.wav"))
    assert index(b, c) == [PRESENT, MOVED]
    after = {track.path: track for track in writer.tracks()}
    assert after == {
        str(b): before[str(b)],
        str(c): replace(before[str(a)], path=str(c), title="c"),
    }
    moved = writer.windows(before[str(a)].track_id)
    assert [stored.window.pack().finer for stored in moved] == windows
    assert index(b, c) == [PRESENT, PRESENT]


def test_a_file_moved_onto_another_replaces_it(
    index: Index, write: Write, writer: CatalogWriter
) -> None:
    a, b, c = write("a.wav", 1), write("b.wav", 2), write("c.wav", 3)
    index(a, b, c)
    b.rename(c)
    a.rename(b)
    copy = Path(shutil.copy(b, b.with_name("d.wav")))
    # Paths that are not known come first, so the copy gets the track of what is gone.
    assert index(b, c, copy) == [DUPLICATE, MOVED, MOVED]
    assert [Path(track.path) for track in writer.tracks()] == [c, copy]


def test_new_content_that_fails_leaves_the_old(
    index: Index, write: Write, writer: CatalogWriter
) -> None:
    a = write("a.wav", 1)
    index(a)
    before = writer.tracks()
    a.write_text("no music")
    assert index(a) == [FAILED]
    assert writer.tracks() == before


def test_failures_say_why_and_stop_nothing(
    tmp_path: Path, write: Write, writer: CatalogWriter, analyser: Analyser
) -> None:
    good = write("good.wav", 1)
    text, twin = tmp_path / "text.wav", tmp_path / "twin.wav"
    text.write_text("no music")
    twin.write_text("no music")
    seen: list[Outcome] = []
    outcomes = Indexer(writer, analyser, on_outcome=seen.append).index(
        [text, twin, good, tmp_path / "missing.wav"]
    )
    assert [outcome.status for outcome in outcomes] == [FAILED, FAILED, ADDED, FAILED]
    for outcome in outcomes:
        assert (str(outcome.path) in outcome.detail) == (outcome.status is FAILED)
    assert [outcome.path for outcome in seen][-1] == twin  # tried for itself at the end
    assert len(writer) == 1


def test_workers_change_nothing(index: Index, write: Write, writer: CatalogWriter) -> None:
    files = [write(f"{i}.wav", i % 5) for i in range(8)]
    files[3].write_text("no music")
    one_after_the_other = index(*files)
    tracks = [(track.track_id, track.path) for track in writer.tracks()]
    writer.remove([track_id for track_id, _ in tracks])
    assert index(*files, workers=3) == one_after_the_other
    assert [(track.track_id, track.path) for track in writer.tracks()] == tracks


def test_tracks_are_committed_in_groups(
    write: Write, writer: CatalogWriter, analyser: Analyser
) -> None:
    files = [write(f"{i:02}.wav", i) for i in range(18)]
    counts: list[int] = []
    indexer = Indexer(
        writer, analyser, on_outcome=lambda _: counts.append(len(Catalog(writer.location)))
    )
    indexer.index(files)
    assert counts == sorted(counts)
    assert 1 < len(set(counts)) < len(files) / 2
    assert len(Catalog(writer.location)) == 18


def test_an_interruption_commits_what_was_done(
    write: Write, writer: CatalogWriter, analyser: Analyser
) -> None:
    def interrupt(outcome: Outcome) -> None:
        if outcome.path.name == "2.wav":
            raise KeyboardInterrupt

    files = [write(f"{i}.wav", i) for i in range(5)]
    with pytest.raises(KeyboardInterrupt):
        Indexer(writer, analyser, on_outcome=interrupt).index(files)
    assert titles(writer) == ["0", "1", "2"]


def test_progress_is_in_seconds_of_audio(
    write: Write, writer: CatalogWriter, analyser: Analyser, tmp_path: Path
) -> None:
    seen: list[Progress] = []
    files = [write("a.wav", 1), tmp_path / "missing.wav", write("b.wav", 2)]
    indexer = Indexer(writer, analyser, workers=2, on_progress=seen.append)
    indexer.index(files)
    read = [state for state in seen if state.stage == "index"]
    assert read[-1] == Progress("index", 3, 3, 4.0, 4.0)
    assert seen[-1] == Progress("listen", 2, 2)
    for attribute in ("done", "seconds_done"):
        values = [getattr(state, attribute) for state in read]
        assert values == sorted(values)


class _HeldReader(FileReader):
    """Reads ten minutes of a file, and the rest only when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.may_go_on = Event()

    def open(self, path: str | Path) -> AudioFile:
        file = super().open(path)
        read = file.samples

        def samples(*args: Any, **options: Any) -> Iterator[Any]:
            seconds = 0.0
            for piece in read(*args, **options):
                if seconds > 600:
                    self.may_go_on.wait()
                seconds += len(piece) / RATE
                yield piece

        file.samples = samples  # type: ignore[method-assign]
        return file


def test_a_long_file_shows_progress_and_can_be_interrupted(
    song: Callable[..., object], writer: CatalogWriter, analyser: Analyser, tmp_path: Path
) -> None:
    path = tmp_path / "concert.wav"
    soundfile.write(path, np.tile(np.asarray(song(1, seconds=5.0)), 240), RATE)
    seen: list[float] = []
    reader = _HeldReader()

    def interrupt(state: Progress) -> None:
        seen.append(state.seconds_done)
        if state.seconds_done > 0:
            reader.may_go_on.set()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Indexer(writer, analyser, reader=reader, on_progress=interrupt).index([path])
    assert 0 < seen[-1] < 1200
    assert len(writer) == 0
