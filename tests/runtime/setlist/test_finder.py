"""Set lists of short concerts of synthetic songs, from samples to songs."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from samesong import Catalog, CatalogWriter, Indexer, ModelBundle, SetlistFinder
from samesong.features.errors import SilentAudioError
from samesong.features.progress import Progress
from samesong.runtime.catalog.interface import StoredWindow
from samesong.runtime.setlist.concert_audio import ConcertAudio
from samesong.runtime.setlist.document import Setlist
from samesong.runtime.setlist.finder import EVERY
from tests.runtime.conftest import refitted, with_tempo

RATE = 22_050
N_SONGS = 3


class CountingCatalog(Catalog):
    """A catalog that counts how often the windows of each track are asked for by name."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.requests: Counter[str] = Counter()

    def windows(self, track_id: str) -> list[StoredWindow]:
        self.requests[track_id] += 1
        return super().windows(track_id)

    def windows_of(self, track_ids: Sequence[str]) -> list[StoredWindow]:
        self.requests.update(track_ids)
        return super().windows_of(track_ids)


@pytest.fixture(scope="module")
def location(
    tmp_path_factory: pytest.TempPathFactory, bundle: ModelBundle, analyser: Any, song: Any
) -> Path:
    """Return a catalog of songs 0 to 2, each longer than a window."""
    folder = tmp_path_factory.mktemp("music")
    paths = [folder / f"song {seed}.flac" for seed in range(N_SONGS)]
    for seed, path in enumerate(paths):
        soundfile.write(path, song(seed, seconds=130), RATE)
    with CatalogWriter(folder / "catalog", bundle) as writer:
        Indexer(writer, analyser).index(paths)
    return folder / "catalog"


@pytest.fixture(scope="module")
def concert(tmp_path_factory: pytest.TempPathFactory, song: Any) -> Path:
    """Return a recording of songs 1 and 2, after and before silence."""
    path = tmp_path_factory.mktemp("concert") / "concert.flac"
    silence = np.zeros(20 * RATE, np.float32)
    parts = [silence, song(1, seconds=130), silence, song(2, seconds=130), silence]
    soundfile.write(path, np.concatenate(parts), RATE)
    return path


@pytest.fixture(scope="module")
def sensitive(bundle: ModelBundle) -> ModelBundle:
    """Return the tiny bundle with another centre of music, as the notes of songs fade here."""
    setlist = bundle.fitted.setlist.model_copy(update={"music_centre": 1.0})
    return refitted(bundle, setlist=setlist)


@pytest.fixture(scope="module")
def catalog(sensitive: ModelBundle, location: Path) -> CountingCatalog:
    return CountingCatalog(location, sensitive)


@pytest.fixture(scope="module")
def finder(sensitive: ModelBundle, catalog: CountingCatalog) -> SetlistFinder:
    return SetlistFinder(sensitive, catalog, threshold=0.0)  # the tiny model is never sure


@pytest.fixture(scope="module")
def found(finder: SetlistFinder, concert: Path) -> Setlist:
    return finder.find(concert)


def titles(setlist: Setlist) -> list[str | None]:
    return [song.track.title if song.track else None for song in setlist.songs]


def test_songs_are_found_with_their_times(found: Setlist) -> None:
    assert titles(found) == ["song 1", "song 2"]
    for song, (start, end) in zip(found.songs, [(20, 150), (170, 300)], strict=True):
        assert song.start == pytest.approx(start, abs=20)
        assert song.end == pytest.approx(end, abs=10)
        assert (song.key_shift, song.tempo_ratio) == (0, 1)


def test_songs_at_another_tempo_are_compared_at_their_own_too(
    sensitive: ModelBundle, location: Path, song: Any, tmp_path: Path
) -> None:
    path, kept = tmp_path / "concert.flac", tmp_path / "kept"
    soundfile.write(path, song(1, seconds=110, tempo=1.25, noise=0.03), RATE)
    models = sensitive, with_tempo(sensitive)
    finders = [SetlistFinder(one, Catalog(location, one), threshold=0.0) for one in models]
    [[plain], [again]] = (one.find(path).songs for one in finders)
    assert plain.track is not None
    assert again.track is not None
    assert plain.track.title == again.track.title == "song 1"
    assert (plain.start, plain.end) == (again.start, again.end)
    assert plain.probability is not None
    assert again.probability is not None
    assert again.probability > plain.probability
    finders[1].find(path, resume=kept)
    assert finders[1].so_far(path, kept).songs == (again,)


def test_each_track_is_read_once_for_a_segment(found: Setlist, catalog: CountingCatalog) -> None:
    assert set(catalog.requests.values()) == {len(found.songs)}


def test_an_interrupted_analysis_goes_on(
    finder: SetlistFinder, concert: Path, found: Setlist, tmp_path: Path
) -> None:
    kept, analysed = tmp_path / "kept", []

    def stop(progress: Progress) -> None:
        assert (progress.stage, progress.seconds) == ("setlist", found.duration)
        if progress.seconds_done > 180:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        finder.find(concert, progress=stop, resume=kept)
    assert titles(finder.so_far(concert, kept)) == ["song 1"]
    again = finder.find(concert, progress=analysed.append, resume=kept)
    assert again.to_dict() == found.to_dict()
    seconds = [one.seconds_done for one in analysed]
    assert seconds[0] >= 180
    assert seconds == sorted(seconds)


def test_a_concert_in_several_files_is_found_as_in_one(
    finder: SetlistFinder, concert: Path, found: Setlist, tmp_path: Path
) -> None:
    samples, _ = soundfile.read(concert, dtype="float32")
    cuts = [0, 100 * RATE, 210 * RATE, len(samples)]  # within both songs
    paths = [tmp_path / name for name in ("d1t1.flac", "d1t2.wav", "d1t3.flac")]
    for path, start, end in zip(paths, cuts, cuts[1:], strict=False):
        soundfile.write(path, samples[start:end], RATE, subtype="PCM_16")
    parts = finder.find(ConcertAudio(paths))
    assert parts.songs == found.songs
    assert parts.duration == found.duration
    assert parts.recording == str(tmp_path)
    assert [(Path(file.path), file.start, file.end) for file in parts.files] == [
        (paths[0], 0, 100),
        (paths[1], 100, 210),
        (paths[2], 210, 320),
    ]


def test_times_of_a_part_are_those_of_the_recording(
    finder: SetlistFinder, concert: Path, found: Setlist
) -> None:
    part = finder.find(ConcertAudio([concert], start=160, end=310))
    assert titles(part) == ["song 2"]
    assert part.songs[0].start == pytest.approx(found.songs[1].start, abs=10)
    assert part.songs[0].end == pytest.approx(found.songs[1].end, abs=10)
    assert (part.start, part.end, part.duration) == (160, 310, found.duration)


def test_lists_are_told_while_they_grow(
    finder: SetlistFinder, concert: Path, found: Setlist
) -> None:
    told: list[Setlist] = []
    assert finder.find(concert, found=told.append) == found
    (first,) = told
    assert (found.end, first.end, first.duration) == (None, EVERY, found.duration)
    assert titles(first) == titles(found)
    assert first.songs[0] == found.songs[0]


def test_interludes_are_listed_when_asked_for(finder: SetlistFinder, tmp_path: Path) -> None:
    noise = 0.1 * np.random.default_rng(1).standard_normal(40 * RATE)
    soundfile.write(tmp_path / "applause.flac", noise, RATE)
    path = tmp_path / "applause.flac"
    assert finder.find(path).interludes == ()
    (applause,) = finder.find(path, talk=True).interludes
    assert (applause.start, applause.end, str(applause.kind)) == (0, 40, "applause")


def test_a_silent_recording_is_refused(finder: SetlistFinder, tmp_path: Path) -> None:
    path = tmp_path / "silent.flac"
    soundfile.write(path, np.zeros(20 * RATE), RATE)
    with pytest.raises(SilentAudioError, match=r"silent\.flac is silent from 0 to 20 s"):
        finder.find(path)
