"""Recordings that are found to be of one song by how they sound alone, with the bundled model."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from samesong.features import load
from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.demo.run import DEMO_AUDIO

STUDIO = sorted(DEMO_AUDIO.glob("[so]*_*.opus"))
RATE = 44_100


@pytest.fixture
def catalog(demo_catalog: Path) -> Path:
    return demo_catalog


def samples_of(name: str, rate: int = RATE) -> NDArray[np.float32]:
    return load(DEMO_AUDIO / f"{name}.opus", sample_rate=rate)


def by_file(catalog: Path) -> dict[str, CatalogTrack]:
    return {Path(track.path).name: track for track in Catalog(catalog).tracks()}


def encodings(name: str, folder: Path) -> None:
    """Write a recording as others do: without tags, louder or later, at other rates."""
    samples = samples_of(name)
    folder.mkdir()
    late = np.concatenate([np.zeros(RATE // 20, np.float32), samples])
    soundfile.write(folder / "plain.flac", samples, RATE)
    soundfile.write(folder / "small.mp3", samples, RATE, compression_level=0.9)
    with soundfile.SoundFile(folder / "late.ogg", "w", RATE, 1) as file:
        for first in range(0, len(late), RATE):  # libsndfile crashes on long blocks of Vorbis
            file.write(late[first : first + RATE])
    soundfile.write(folder / "quiet.wav", 0.3 * samples_of(name, 22_050), 22_050)


def test_different_songs_are_not_joined(demo: Any) -> None:
    assert "recording" not in demo.stdout  # nothing was heard
    tracks = Catalog(demo.path).tracks()
    assert len(tracks) == 14
    assert all(not one.heard_as and one.twin_of is None for one in tracks)
    assert all(one.listened is not None for one in tracks)


def test_encodings_without_tags_join_the_original(catalog: Path, tmp_path: Path, here: Any) -> None:
    original = by_file(catalog)["studio_greensleeves.opus"].track_id
    encodings("studio_greensleeves", tmp_path / "music")
    done = here("index", catalog, tmp_path / "music")
    assert "4 are re-encodings of other tracks, and hidden from searches" in done.stdout
    found = by_file(catalog)
    for name in ("plain.flac", "small.mp3", "late.ogg", "quiet.wav"):
        assert found[name].twin_of == original, name
        assert found[name].work == found["studio_greensleeves.opus"].work


def test_encodings_of_one_song_added_together_have_one_that_stands_for_all(
    catalog: Path, tmp_path: Path, here: Any
) -> None:
    encodings("live_greensleeves", tmp_path / "music")
    done = here("index", catalog, tmp_path / "music", "--json")
    heard: list[Mapping[str, Any]] = json.loads(done.stdout)["heard"]
    assert len({one["twin_of"] for one in heard if one["twin_of"]}) == 1
    found = by_file(catalog)
    standing = [
        name
        for name in ("plain.flac", "small.mp3", "late.ogg", "quiet.wav")
        if found[name].twin_of is None
    ]
    assert len(standing) == 1


def test_a_live_recording_without_tags_joins_its_song(
    catalog: Path, tmp_path: Path, here: Any
) -> None:
    soundfile.write(tmp_path / "unknown.flac", samples_of("live_auld_lang_syne"), RATE)
    done = here("index", catalog, tmp_path / "unknown.flac")
    assert "1 is another recording of a song in the catalog" in done.stdout
    found = by_file(catalog)
    original = found["studio_auld_lang_syne.opus"]
    assert found["unknown.flac"].heard_as == (original.track_id,)
    assert found["unknown.flac"].twin_of is None
    assert found["unknown.flac"].work == found["studio_auld_lang_syne.opus"].work


def test_what_was_listened_to_is_not_listened_to_again(catalog: Path, here: Any) -> None:
    before = Catalog(catalog).tracks()
    done = here("index", catalog, *STUDIO)
    assert "listen" not in done.stderr
    assert Catalog(catalog).tracks() == before


def test_a_twin_takes_the_place_of_a_track_that_is_removed(
    catalog: Path, tmp_path: Path, here: Any
) -> None:
    original = by_file(catalog)["studio_greensleeves.opus"].track_id
    encodings("studio_greensleeves", tmp_path / "music")
    here("index", catalog, tmp_path / "music")
    here("catalog", "remove", catalog, original)
    found = json.loads(
        here("identify", catalog, DEMO_AUDIO / "live_greensleeves.opus", "--json").stdout
    )
    best = found[0]["matches"][0]
    assert Path(best["path"]).parent == tmp_path / "music"
