"""A song that a library holds several times, from files to the answer, with the bundled model."""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import mutagen
import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from samesong.features import load
from samesong.runtime.demo.run import DEMO_AUDIO

RATE = 22_050

Write = Callable[..., Path]


def samples_of(name: str) -> NDArray[np.float32]:
    return load(DEMO_AUDIO / f"{name}.opus", sample_rate=RATE)


def write(path: Path, samples: NDArray[np.float32], **tags: str) -> Path:
    """Encode samples by the suffix of a path, with tags."""
    soundfile.write(path, samples, RATE)
    if tags:
        file = mutagen.File(path, easy=True)
        if file.tags is None:
            file.add_tags()
        for name, value in tags.items():
            file[name] = value
        file.save()
    return path


@pytest.fixture
def catalog(demo_catalog: Path) -> Path:
    return demo_catalog


@pytest.fixture
def identify(here: Any) -> Callable[..., Mapping[str, Any]]:
    def run(catalog: Path, name: str, *options: object) -> Mapping[str, Any]:
        live = DEMO_AUDIO / f"live_{name}.opus"
        [found] = json.loads(here("identify", catalog, live, "--json", *options).stdout)
        return dict(found)

    return run


def index(here: Any, catalog: Path, folder: Path) -> None:
    here("index", catalog, folder)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Return an empty folder of music."""
    music = tmp_path / "music"
    music.mkdir()
    return music


@pytest.fixture
def folders(catalog: Path, folder: Path) -> tuple[Path, Path]:
    """Return a catalog of the demo, and an empty folder of music."""
    return catalog, folder


def test_a_song_in_several_versions_is_one_row_and_as_sure_as_before(
    here: Any, identify: Any, catalog: Path, folder: Path
) -> None:
    before = identify(catalog, "amazing_grace")
    song = samples_of("studio_amazing_grace")
    artist = "The Demo Chamber Singers"
    hiss = np.random.default_rng(1).standard_normal(len(song)).astype(np.float32)
    for name, title, samples in (
        ("remaster.flac", "Amazing Grace (2009 Remaster)", np.tanh(2 * song) / 2),
        ("edit.ogg", "Amazing Grace (Radio Edit)", song[: 60 * RATE]),
        ("live.flac", "Amazing Grace - Live in the Studio", song + np.float32(0.01) * hiss),
    ):
        write(folder / name, samples, title=title, artist=artist)
    index(here, catalog, folder)
    after = identify(catalog, "amazing_grace")
    assert (before["verdict"], after["verdict"]) == ("match", "match")
    best, *others = after["matches"]
    assert best["title"].startswith("Amazing Grace")
    assert len(best["versions"]) == 3
    assert best["probability"] >= before["matches"][0]["probability"] - 0.01
    assert not any("Amazing" in match["title"] for match in others)


NAMED_OTHERWISE = {"artist": "Demo Chamber Singers, The", "title": "AMAZING GRACE"}


@pytest.mark.parametrize(
    ("name", "tags"), [("0001.flac", NAMED_OTHERWISE), ("0002.mp3", {})], ids=["named", "untagged"]
)
def test_a_copy_under_another_name_changes_nothing(
    identify: Any, here: Any, folders: tuple[Path, Path], name: str, tags: dict[str, str]
) -> None:
    catalog, folder = folders
    before = identify(catalog, "amazing_grace")
    write(folder / name, samples_of("studio_amazing_grace"), **tags)
    index(here, catalog, folder)
    after = identify(catalog, "amazing_grace")
    assert after["verdict"] == "match"
    assert [one["work_id"] for one in after["matches"]] == [
        one["work_id"] for one in before["matches"]
    ]
    scores = [one["probability"] for one in before["matches"]]
    assert [one["probability"] for one in after["matches"]] == pytest.approx(scores, abs=0.01)
    assert len(after["matches"][0]["versions"]) == 1


def test_copies_of_a_song_make_no_absent_song_likelier(
    here: Any, identify: Any, catalog: Path, folder: Path
) -> None:
    here("catalog", "remove", catalog, DEMO_AUDIO / "studio_drunken_sailor.opus")
    before = identify(catalog, "drunken_sailor")
    assert before["verdict"] != "match"
    tags = {"title": "Greensleeves", "artist": "The Demo Consort"}
    song = samples_of("studio_greensleeves")
    for number, suffix in enumerate((".flac", ".ogg", ".mp3", ".wav", ".flac")):
        # Quieter each time, so that no two are alike.
        samples = song * np.float32(0.9**number)
        write(folder / f"{number}{suffix}", samples, **({} if suffix == ".wav" else tags))
    index(here, catalog, folder)
    answers = [
        identify(catalog, "drunken_sailor", "--top", top, *more)
        for top, more in ((1, []), (10, []), (40, ["--exhaustive"]))
    ]
    for after in answers:
        assert after["verdict"] == before["verdict"]
        assert after["matches"][0]["title"] == before["matches"][0]["title"]
        score = before["matches"][0]["probability"]
        assert after["matches"][0]["probability"] == pytest.approx(score, abs=0.01)
        assert after["none"] == pytest.approx(before["none"], abs=0.02)


def test_placeholders_are_no_song(here: Any, identify: Any, tmp_path: Path, folder: Path) -> None:
    names = [path.stem for path in sorted(DEMO_AUDIO.glob("other_*.opus"))][:6]
    for number, name in enumerate(names):
        tags = {"title": "Track 1", "artist": "Unknown artist"}
        write(folder / f"{number}.flac", samples_of(name), **tags)
    index(here, tmp_path / "catalog", folder)
    found = identify(tmp_path / "catalog", "drunken_sailor")
    assert found["verdict"] == "none"
    assert len(found["matches"]) == len(names)
    assert all(not match["versions"] for match in found["matches"])


def test_files_that_another_program_named_anew_leave_no_ghosts(
    here: Any, identify: Any, tmp_path: Path, folder: Path
) -> None:
    for name in ("amazing_grace", "greensleeves", "auld_lang_syne"):
        shutil.copy(DEMO_AUDIO / f"studio_{name}.opus", folder / f"{name}.opus")
    catalog = tmp_path / "catalog"
    index(here, catalog, folder)
    before = identify(catalog, "amazing_grace")
    for path in list(folder.iterdir()):
        file = mutagen.File(path)
        file["title"] = f"{file['title'][0]} (album version)"
        file["artist"] = "The Demo Singers"
        file.save()
        path.rename(path.with_name(f"The Demo Singers - {path.name}"))
    index(here, catalog, folder)
    tracks = json.loads(here("catalog", "list", catalog, "--json").stdout)
    assert {track["path"] for track in tracks} == {str(path) for path in folder.iterdir()}
    assert {track["artist"] for track in tracks} == {"The Demo Singers"}
    after = identify(catalog, "amazing_grace")
    assert after["verdict"] == "match"
    best = after["matches"][0]
    assert best["title"] == "Amazing Grace"
    assert best["recording"]["title"] == "Amazing Grace (album version)"
    assert best["probability"] == pytest.approx(before["matches"][0]["probability"])
    assert here("catalog", "verify", catalog).stdout.startswith("clean: 3 tracks")
