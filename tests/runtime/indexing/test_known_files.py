"""A track follows its audio, whatever other programs do to its file."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import mutagen
import mutagen.id3
import pytest
import soundfile
from hypothesis import example, given, settings
from hypothesis import strategies as st

from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.verify import verify
from samesong.runtime.catalog.writer import CatalogWriter
from samesong.runtime.indexing.indexer import Indexer
from samesong.runtime.indexing.outcome import Outcome, Status
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import ModelBundle

RATE = 22_050
ADDED, REPLACED, PRESENT, RETAGGED = Status.ADDED, Status.REPLACED, Status.PRESENT, Status.RETAGGED
DUPLICATE, MOVED, FAILED = Status.DUPLICATE, Status.MOVED, Status.FAILED


def tag(path: Path, title: str, artist: str = "Anon") -> None:
    file = mutagen.File(path)
    if file.tags is None:
        file.add_tags()
    file.tags.add(mutagen.id3.TIT2(text=title))
    file.tags.add(mutagen.id3.TPE1(text=artist))
    file.save()


@dataclass
class Library:
    """A folder of recordings, and a catalog of it."""

    folder: Path
    catalog: Path
    bundle: ModelBundle
    analyser: Analyser
    song: Callable[..., Any]

    def write(self, name: str, seed: int, title: str | None = None) -> Path:
        path = self.folder / name
        soundfile.write(path, self.song(seed, seconds=2.0), RATE)
        if title is not None:
            tag(path, title)
        return path

    def index(self, *files: Path, **how: Any) -> list[Outcome]:
        with CatalogWriter(self.catalog, self.bundle) as writer:
            outcomes = Indexer(writer, self.analyser, **how).index(files)
        report = verify(Catalog(self.catalog))
        assert (report.problems, report.leftovers) == ([], 0)
        return outcomes

    def statuses(self, *files: Path, **how: Any) -> list[Status]:
        return [outcome.status for outcome in self.index(*files, **how)]

    def tracks(self) -> dict[str, CatalogTrack]:
        tracks = Catalog(self.catalog).tracks()
        by_name = {Path(track.path).name: track for track in tracks}
        assert len(by_name) == len(tracks)
        return by_name

    def say(self, name: str, **fields: Any) -> CatalogTrack:
        """Set fields of a track by hand."""
        with CatalogWriter(self.catalog) as writer:
            track = replace(self.tracks()[name], **fields)
            writer.update([track])
            return writer.track(track.track_id)


@pytest.fixture
def library(tmp_path: Path, bundle: ModelBundle, analyser: Analyser, song: Any) -> Library:
    (tmp_path / "music").mkdir()
    return Library(tmp_path / "music", tmp_path / "catalog", bundle, analyser, song)


def test_a_file_that_was_tagged_keeps_its_track(library: Library) -> None:
    a, b = library.write("a.wav", 1), library.write("b.wav", 2)
    library.index(a, b)
    before = library.tracks()["a.wav"]
    tag(a, "Greensleeves")
    assert library.statuses(a, b) == [RETAGGED, PRESENT]
    after = library.tracks()["a.wav"]
    assert (after.title, after.artist) == ("Greensleeves", "Anon")
    assert after.track_id == before.track_id
    assert after.added == before.added  # it was not analysed again
    assert after.content_hash != before.content_hash
    assert (after.size, after.modified) == (a.stat().st_size, a.stat().st_mtime_ns)
    assert library.statuses(a, b) == [PRESENT, PRESENT]


def test_files_that_were_tagged_and_renamed_leave_no_ghosts(library: Library) -> None:
    files = [library.write(f"{i}.wav", i) for i in range(3)]
    library.index(*files)
    before = {track.track_id: track for track in library.tracks().values()}
    for path in files:
        tag(path, f"Song {path.stem}")
    renamed = [path.rename(path.with_name(f"Anon - {path.name}")) for path in files]
    outcomes = library.index(*renamed)
    assert [outcome.status for outcome in outcomes] == [MOVED] * 3
    assert [outcome.detail for outcome in outcomes] == [str(path) for path in files]
    after = library.tracks()
    assert {name: track.title for name, track in after.items()} == {
        f"Anon - {i}.wav": f"Song {i}" for i in range(3)
    }
    for track in after.values():
        assert track.added == before[track.track_id].added


def test_the_old_path_may_have_another_song(library: Library) -> None:
    a = library.write("a.wav", 1, "One")
    library.index(a)
    said = library.say("a.wav", work_by_hand="mine")
    c = a.rename(a.with_name("c.wav"))
    library.write("a.wav", 2, "Two")
    assert library.statuses(a, c) == [ADDED, MOVED]
    tracks = library.tracks()
    assert tracks["c.wav"] == replace(said, path=str(c))
    assert (tracks["a.wav"].title, tracks["a.wav"].work_by_hand) == ("Two", None)


@pytest.mark.parametrize("n_files", [2, 3])
def test_files_that_changed_places_keep_what_was_said_of_them(
    library: Library, n_files: int
) -> None:
    files = [library.write(f"{i}.wav", i, f"Song {i}") for i in range(n_files)]
    library.index(*files)
    said = [library.say(path.name, work_by_hand=path.stem) for path in files]
    shutil.move(files[-1], library.folder / "aside")
    for path, place in zip(files[-2::-1], files[:0:-1], strict=True):
        path.rename(place)
    shutil.move(library.folder / "aside", files[0])
    assert library.statuses(*files) == [MOVED] * n_files
    tracks = library.tracks()
    for i, track in enumerate(said):
        place = files[(i + 1) % n_files]
        assert tracks[place.name] == replace(track, path=str(place))


def test_what_was_set_by_hand_stays_under_other_tags(library: Library) -> None:
    a = library.write("a.wav", 1, "Wrong title")
    library.index(a)
    library.say("a.wav", title="Right title", edited=("title",), work_code="7", work_title="Work")
    tag(a, "Another wrong title", "Another artist")
    library.index(a.rename(a.with_name("b.wav")))
    track = library.tracks()["b.wav"]
    assert (track.title, track.artist) == ("Right title", "Another artist")
    assert (track.edited, track.work_code, track.work_title) == (("title",), "7", "Work")


def test_new_content_takes_over_what_was_set_by_hand_and_says_so(library: Library) -> None:
    a = library.write("a.wav", 1, "Wrong title")
    library.index(a)
    before = library.say(
        "a.wav", title="Right", isrc=None, edited=("title", "isrc"), work_by_hand="mine"
    )
    library.write("a.wav", 2, "Wrong again")
    [outcome] = library.index(a)
    assert outcome.status is REPLACED
    assert outcome.detail == "title, isrc, work_by_hand"
    track = library.tracks()["a.wav"]
    assert (track.title, track.isrc, track.work_by_hand) == ("Right", None, "mine")
    assert (track.edited, track.artist) == (("title", "isrc"), "Anon")
    assert track.track_id != before.track_id


def test_a_file_of_the_same_size_and_time_is_not_read(library: Library) -> None:
    a = library.write("a.wav", 1)
    library.index(a)
    before = a.stat()
    library.write("a.wav", 2)
    os.utime(a, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert a.stat().st_size == before.st_size
    assert library.statuses(a) == [PRESENT]
    assert library.statuses(a, reread=True) == [REPLACED]


def test_a_file_with_another_time_alone_is_read_once(library: Library) -> None:
    a = library.write("a.wav", 1)
    library.index(a)
    before = library.tracks()["a.wav"]
    os.utime(a, ns=(5, 5))
    assert library.statuses(a) == [PRESENT]
    assert library.tracks()["a.wav"] == replace(before, modified=5)


def test_a_copy_with_other_tags_is_the_same_recording(library: Library) -> None:
    a = library.write("a.wav", 1, "Original")
    copy = Path(shutil.copy(a, library.folder / "copy.wav"))
    tag(copy, "On the best-of album")
    both = library.index(a, copy)
    assert [outcome.status for outcome in both] == [ADDED, DUPLICATE]
    assert both[1].detail == str(a)
    assert library.statuses(copy, a) == [DUPLICATE, PRESENT]
    a.unlink()
    assert library.statuses(copy) == [MOVED]
    assert library.tracks()["copy.wav"].title == "On the best-of album"


def test_a_track_that_is_dropped_is_told(library: Library) -> None:
    a, b, c = (library.write(f"{i}.wav", i, f"Song {i}") for i in (1, 2, 3))
    library.index(a, b, c)
    said = library.say("2.wav", work_by_hand="mine")
    shutil.copy(a, b)  # the audio of b is gone
    c.rename(a)  # so is that of c under its path, but not that of a
    outcomes = library.index(a, b)
    assert [outcome.status for outcome in outcomes] == [MOVED, MOVED]
    told = f"'Song 2' ({said.track_id}), set by hand: work_by_hand"
    assert [outcome.dropped for outcome in outcomes] == ["", told]
    shutil.copy(a, b)
    [outcome] = library.index(b)
    assert outcome.status is DUPLICATE
    assert outcome.dropped.startswith("'Song 1' (")
    assert outcome.track_id in {track.track_id for track in library.tracks().values()}


def test_two_tracks_of_one_path_after_a_kill(library: Library) -> None:
    a, b = library.write("a.wav", 1), library.write("b.wav", 2)
    library.index(a, b)
    said = library.say("a.wav", path=str(b), work_by_hand="mine")
    a.rename(library.folder / "c.wav")
    assert library.statuses(b, library.folder / "c.wav") == [PRESENT, MOVED]
    tracks = library.tracks()
    assert list(tracks) == ["b.wav", "c.wav"]
    assert (tracks["c.wav"].track_id, tracks["c.wav"].work_by_hand) == (said.track_id, "mine")


NAMES = [f"{i}.wav" for i in range(4)]
ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["rename", "swap", "copy", "tag", "write", "delete", "index"]),
        st.sampled_from(NAMES),
        st.sampled_from(NAMES),
        st.integers(0, 9),
    ),
    max_size=12,
)


@pytest.fixture(scope="module")
def make_library(
    tmp_path_factory: pytest.TempPathFactory, bundle: ModelBundle, analyser: Analyser, song: Any
) -> Callable[[], Library]:
    def make() -> Library:
        root = tmp_path_factory.mktemp("any")
        (root / "music").mkdir()
        return Library(root / "music", root / "catalog", bundle, analyser, song)

    return make


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory, song: Any) -> list[Path]:
    folder = tmp_path_factory.mktemp("originals")
    for seed in range(10):
        soundfile.write(folder / f"{seed}.wav", song(seed, seconds=2.0), RATE)
        tag(folder / f"{seed}.wav", f"First title of {seed}", artist=str(seed))
    return sorted(folder.iterdir())


@settings(max_examples=15, deadline=None)
@given(actions=ACTIONS)
@example(
    actions=[
        ("rename", NAMES[1], NAMES[0], 0),
        ("index", NAMES[0], NAMES[0], 0),
        ("write", NAMES[0], NAMES[0], 0),
    ]
)
def test_after_anything_a_catalog_has_each_recording_once(
    actions: list[tuple[str, str, str, int]],
    originals: list[Path],
    make_library: Callable[[], Library],
) -> None:
    library, ticks = make_library(), count(1)
    for number, name in enumerate(NAMES[:3]):
        shutil.copy(originals[number], library.folder / name)
    _tick(library.folder, ticks)
    library.index(*sorted(library.folder.iterdir()))
    said = [library.say(name, work_by_hand=f"work of {name}") for name in library.tracks()]
    for action, one, other, number in actions:
        _do(action, library, one, other, originals[number])
        _tick(library.folder, ticks)
    files = sorted(library.folder.iterdir())
    library.index(*files)
    tracks = library.tracks()
    assert len({track.audio_hash for track in tracks.values()}) == len(tracks)
    by_id = {track.track_id: track for track in tracks.values()}
    for track in said:
        now = by_id.get(track.track_id, track)
        # One that was overwritten, and came back in the place of another, is a new track.
        if now.added == track.added:
            assert now.work_by_hand == track.work_by_hand
    artists = {track.artist for track in tracks.values()}
    assert artists >= {str(mutagen.File(path).tags["TPE1"]) for path in files}
    for name, track in tracks.items():
        if (library.folder / name).exists():
            tags = mutagen.File(library.folder / name).tags
            assert (track.title, track.artist) == (str(tags["TIT2"]), str(tags["TPE1"]))
    assert library.statuses(*files).count(PRESENT) == len(set(tracks) & {f.name for f in files})


def _tick(folder: Path, ticks: Iterator[int]) -> None:
    """Give files that were written a time of their own, as a clock that is fine enough does."""
    for path in folder.iterdir():
        if path.stat().st_mtime_ns > 10**15:
            os.utime(path, ns=(0, next(ticks)))


def _do(action: str, library: Library, one: str, other: str, original: Path) -> None:
    first, second = library.folder / one, library.folder / other
    if action == "write":
        shutil.copyfile(original, first)
    elif action == "index":
        library.index(*sorted(library.folder.iterdir()))
    elif not first.exists() or first == second:
        return
    elif action == "rename":
        first.rename(second)
    elif action == "swap" and second.exists():
        first.rename(library.folder / "aside")
        second.rename(first)
        (library.folder / "aside").rename(second)
    elif action == "copy":
        shutil.copyfile(first, second)
    elif action == "tag":
        artist = str(mutagen.File(first).tags["TPE1"])
        tag(first, f"Title from {original.stem}", artist)
    elif action == "delete":
        first.unlink()
