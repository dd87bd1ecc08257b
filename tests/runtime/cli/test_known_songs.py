"""Being told the artist, the album or the repertoire; and folders of recordings to identify."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def tagged(samesong: Any, music: Path, model: list[str], tmp_path_factory: Any) -> Path:
    """Return a catalog of songs 0 to 5: songs 0 to 2 are by The Band, the others by Somebody."""
    import mutagen

    folder = tmp_path_factory.mktemp("tagged")
    for number, source in enumerate(sorted(music.iterdir())):
        path = folder / "music" / source.name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(source.read_bytes())
        tags = mutagen.File(path)
        tags["artist"] = "The Band" if number < 3 else "Somebody"
        tags["album"] = f"Album {number % 2}"
        tags["title"] = f"Song {number}"
        tags.save()
    samesong("index", folder / "catalog", folder / "music", *model)
    return Path(folder / "catalog")


def titles(found: str) -> list[str]:
    [ranking] = json.loads(found)
    return sorted(match["title"] for match in ranking["matches"])


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--artist", "band"], "012"),
        (["--artist", "BAND, THE", "--album", "Album 0"], "02"),
        (["--artist", "band", "--artist", "somebody"], "012345"),
        (["--album", "Album 1"], "135"),
    ],
)
def test_only_the_artists_songs_are_searched(
    *, here: Any, tagged: Path, music: Path, model: list[str], options: list[str], expected: str
) -> None:
    query = sorted(music.iterdir())[1]
    found = here("identify", tagged, query, *model, "--json", *options)
    assert titles(found.stdout) == [f"Song {number}" for number in expected]
    told = "'Album 1' is an album by 2 artists" in found.stderr
    assert told is ("Album 1" in options)


def test_only_the_songs_of_a_list_are_searched(
    here: Any, tagged: Path, music: Path, model: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "repertoire.txt"
    path.write_text("song 1\nSong 77\nSomebody - Song 4\n")
    query = sorted(music.iterdir())[1]
    found = here("identify", tagged, query, *model, "--json", "--among", path)
    assert titles(found.stdout) == ["Song 1", "Song 4"]
    assert found.stderr == f"samesong: {path}, line 2: 'Song 77' is not in the catalog\n"


def test_a_known_artist_makes_songs_more_likely(
    here: Any, tagged: Path, music: Path, model: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "all.txt"
    path.write_text("".join(f"Song {number}\n" for number in range(6)))
    query = sorted(music.iterdir())[1]
    scores = []
    for options in ([], ["--among", path]):
        [ranking] = json.loads(here("identify", tagged, query, *model, "--json", *options).stdout)
        assert ranking["matches"][0]["title"] == "Song 1"
        scores.append(ranking["matches"][0]["probability"])
    assert scores[0] < scores[1]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--artist", "The Bend"], "no artist 'The Bend' in the catalog (nearest: 'The Band')"),
        (["--album", "Album 7"], "no album 'Album 7' in the catalog (nearest: 'Album "),
        (["--artist", "band", "--among", "LIST"], "no song of the list is in the catalog"),
        (["--among", "EMPTY"], "EMPTY names no songs: write a title or an id in each line"),
        (["--among", "MISSING"], "MISSING: cannot be read (No such file or directory)"),
    ],
)
@pytest.mark.parametrize("command", ["identify", "setlist"])
def test_nothing_to_search_is_an_error(
    *,
    here: Any,
    tagged: Path,
    music: Path,
    model: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    options: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("LIST").write_text("Song 5")
    Path("EMPTY").write_text("\n")
    query = sorted(music.iterdir())[1]
    assert said in here(command, tagged, query, *model, *options, code=2).stderr


def test_a_folder_becomes_a_table(
    here: Any, tagged: Path, music: Path, model: list[str], tmp_path: Path
) -> None:
    folder = tmp_path / "queries"
    (folder / "deep").mkdir(parents=True)
    (folder / "notes.txt").write_text("no audio")
    first, second = sorted(music.iterdir())[:2]
    (folder / "a.flac").write_bytes(first.read_bytes())
    (folder / "deep" / "b.flac").write_bytes(second.read_bytes())
    (folder / "broken.flac").write_bytes(b"no audio")
    path = tmp_path / "results.csv"
    found = here("identify", tagged, folder, *model, "--csv", path, code=1)
    assert "broken.flac" in found.stderr
    assert found.stdout.splitlines()[-2:] == [
        "3 recordings: 2 named, 1 failed",
        f"written: {path}",
    ]
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["query"] for row in rows] == [
        str(folder / name) for name in ("a.flac", "broken.flac", "deep/b.flac")
    ]
    assert [row["title"] for row in rows] == ["Song 0", "", "Song 1"]
    assert [bool(row["error"]) for row in rows] == [False, True, False]

    # Two were done before, so that one that is still broken is some of three, and not all of one.
    here("identify", tagged, folder, *model, "--csv", path, "--resume", code=1)
    (folder / "broken.flac").write_bytes(second.read_bytes())
    again = here("identify", tagged, folder, *model, "-o", path, "--resume")
    assert again.stdout.splitlines()[-2] == "1 recording: 1 named; 2 of an earlier run"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        assert sorted(row["title"] for row in csv.DictReader(stream)) == [
            "Song 0",
            "Song 1",
            "Song 1",
        ]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--artist", "The Band"], "--artist was not given, and is 'The Band' now"),
        (["--threshold", "0.25"], "--threshold was 0.5, and is 0.25 now"),
        (["--top", "2"], "--top was 10, and is 2 now"),
        (["--among", "LIST"], "--among was not given, and is 1 song "),
        (["--channel", "left"], "--channel was not given, and is left now"),
        (["--exhaustive"], "--exhaustive was not given, and is yes now"),
        (["CATALOG"], "catalog was 6 tracks "),
    ],
)
def test_a_table_made_with_other_options_is_not_resumed(
    *,
    here: Any,
    tagged: Path,
    indexed: Path,
    music: Path,
    model: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    told: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("LIST").write_text("Song 5")
    path, query = tmp_path / "results.csv", sorted(music.iterdir())[1]
    here("identify", tagged, query, *model, "--csv", path)
    before = path.read_bytes()
    catalog = tagged
    if options == ["CATALOG"]:
        catalog, options = indexed, []
    said = here("identify", catalog, music, *model, *options, "--csv", path, "--resume", code=2)
    assert told in said.stderr
    assert "leave --resume out" in said.stderr
    assert path.read_bytes() == before


def test_a_folder_without_audio_is_told(
    here: Any, indexed: Path, music: Path, model: list[str], tmp_path: Path
) -> None:
    said = here("identify", indexed, tmp_path, *model, code=2).stderr
    assert said == f"samesong: {tmp_path}: no audio files in this folder\n"
    first = sorted(music.iterdir())[0]
    assert here("identify", indexed, tmp_path, first, *model, code=1).stderr == said


def test_the_table_is_not_a_recording(
    here: Any, indexed: Path, music: Path, model: list[str]
) -> None:
    first = sorted(music.iterdir())[0]
    here("identify", indexed, first, *model, "--csv", first, code=2)
    assert (
        "--resume needs the file"
        in here("identify", indexed, first, *model, "--resume", code=2).stderr
    )
