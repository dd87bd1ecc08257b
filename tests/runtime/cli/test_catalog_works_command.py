"""Works of a catalog from the command line: tagged files, what is listed, what is said by hand."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mutagen
import pytest

ISWC = "T-034.524.680-1"
OTHER_ISWC = "T-000.000.001-0"
UUID = "5f7b2a1c-6b1d-4a5c-9d7e-0c7d2f2f1f11"

Index = Callable[..., Path]


def tag(path: Path, tags: dict[str, str]) -> None:
    file = mutagen.File(path)
    for name, value in tags.items():
        file[name] = value
    file.save()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "songs"


@pytest.fixture
def index(here: Any, folder: Path, write_song: Any, model: list[str]) -> Index:
    """Index a song of its own for each of some tags, and return the catalog."""

    def run(*tags: dict[str, str]) -> Path:
        for number, one in enumerate(tags):
            tag(write_song(folder / f"{number:02}.flac", number, seconds=20.0), one)
        catalog = folder.parent / "catalog"
        here("index", catalog, folder, *model)
        return catalog

    return run


@pytest.fixture
def works(here: Any) -> Callable[[Path], list[str]]:
    """Return the files of each work, written together, the largest works first."""

    def run(catalog: Path) -> list[str]:
        found = json.loads(here("catalog", "works", catalog, "--all", "--json").stdout)
        return [
            " ".join(sorted(Path(track["path"]).stem for track in work["tracks"])) for work in found
        ]

    return run


def named(title: str, artist: str = "The Band", **tags: str) -> dict[str, str]:
    return {"title": title, "artist": artist, **tags}


VERSIONS = [
    named("Amazing Grace"),
    named("Amazing Grace (2009 Remaster)"),
    named("Amazing Grace (Radio Edit)"),
    named("Amazing Grace - Live in the Studio"),
    named("amazing grace", "Band, The"),
]


def test_versions_of_a_song_are_one_work(here: Any, index: Index, works: Any) -> None:
    catalog = index(*VERSIONS, named("Greensleeves"))
    assert works(catalog) == ["00 01 02 03 04", "05"]
    lines = here("catalog", "works", catalog).stdout.splitlines()
    assert len(lines) == 1 + 5 + 1
    assert all("artist and title" in line for line in lines[1:6])
    assert lines[-1] == "1 work of one recording each: --all lists them too"
    [work] = json.loads(here("catalog", "works", catalog, "--json").stdout)
    assert (work["title"], work["artist"]) == ("Amazing Grace", "The Band")
    assert {track["work_id"] for track in work["tracks"]} == {work["work_id"]}


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ({"iswc": ISWC}, {"iswc": "T0345246801"}, f"ISWC {ISWC}"),
        ({"isrc": "GBAYE6800011"}, {"isrc": "GB-AYE-68-00011"}, "ISRC GBAYE6800011"),
        (
            {"musicbrainz_workid": UUID},
            {"musicbrainz_workid": UUID.upper()},
            f"MusicBrainz work {UUID}",
        ),
        (
            {"musicbrainz_trackid": UUID},
            {"musicbrainz_trackid": UUID},
            f"MusicBrainz recording {UUID}",
        ),
    ],
)
def test_codes_in_any_spelling_make_one_work(
    here: Any, index: Index, one: dict[str, str], other: dict[str, str], why: str
) -> None:
    catalog = index(named("One", **one), named("Other", **other))
    [work] = json.loads(here("catalog", "works", catalog, "--json").stdout)
    assert [track["work_reason"] for track in work["tracks"]] == [why, why]


def test_twelve_unrelated_tracks_stay_twelve_works(index: Index, works: Any) -> None:
    catalog = index(*[named("Track 1", "Unknown artist")] * 12)
    assert sorted(works(catalog)) == [f"{number:02}" for number in range(12)]


def test_different_songs_of_one_title_stay_two(index: Index, works: Any) -> None:
    catalog = index(
        named("Hurt", "Nine Inch Nails"),
        named("Hurt", "Christina Aguilera"),
        named("Home", iswc=ISWC),
        named("Home", iswc=OTHER_ISWC),
    )
    assert sorted(works(catalog)) == ["00", "01", "02", "03"]


def test_what_is_said_by_hand_stays(
    here: Any, index: Index, works: Any, folder: Path, model: list[str]
) -> None:
    catalog = index(named("One"), named("Other"), named("Third"), named("Third (Live)"))
    said = here("catalog", "join", catalog, folder / "00.flac", folder / "01.flac").stdout
    assert said.splitlines()[0].endswith(": 2 recordings")
    here("catalog", "split", catalog, folder / "03.flac")
    here("catalog", "name", catalog, folder / "01.flac", "The Song")
    assert sorted(works(catalog)) == ["00 01", "02", "03"]
    # Tagged anew, moved, indexed again: the tags would have it otherwise.
    tag(folder / "01.flac", named("Fourth"))
    (folder / "03.flac").rename(folder / "13.flac")
    here("index", catalog, folder, *model)
    assert sorted(works(catalog)) == ["00 01", "02", "13"]
    [work] = json.loads(here("catalog", "works", catalog, "--json").stdout)
    assert work["title"] == "The Song"
    assert [track["work_reason"] for track in work["tracks"]] == ["by hand"] * 2
    here("catalog", "name", catalog, work["work_id"], "")
    said = here("catalog", "regroup", catalog, work["work_id"], folder / "02.flac").stdout
    assert said.startswith("forgot what was said by hand of 2 recordings\n")


def test_a_title_that_is_given_up_is_told(here: Any, index: Index, folder: Path) -> None:
    catalog = index(named("One"), named("Other"))
    here("catalog", "name", catalog, folder / "00.flac", "Sailor")
    here("catalog", "name", catalog, folder / "01.flac", "Susanna")
    said = here("catalog", "join", catalog, folder / "00.flac", folder / "01.flac").stderr
    assert "the joined work keeps the title 'Sailor'; 'Susanna' was given up" in said


def test_one_undoes_what_was_said_by_hand(
    here: Any, index: Index, works: Any, folder: Path
) -> None:
    catalog = index(named("One"), named("Other"), named("Other (Live)"))
    here("catalog", "join", catalog, folder / "00.flac", folder / "01.flac")
    assert works(catalog) == ["00 01 02"]
    here("catalog", "regroup", catalog, folder / "00.flac")
    assert works(catalog) == ["01 02", "00"]
    here("catalog", "regroup", catalog, folder)
    here("catalog", "split", catalog, folder / "01.flac")
    assert sorted(works(catalog)) == ["00", "01", "02"]
    said = here("catalog", "regroup", catalog, folder / "02.flac").stdout
    assert said.startswith("forgot what was said by hand of 0 recordings\n")
    assert f"stays split from it: {folder / '01.flac'}" in said
    assert sorted(works(catalog)) == ["00", "01", "02"]
    here("catalog", "regroup", catalog, folder)
    assert works(catalog) == ["01 02", "00"]


def test_contradictions_are_told(here: Any, index: Index, works: Any, folder: Path) -> None:
    catalog = index(
        named("One", isrc="GBAYE6800011", iswc=ISWC),
        named("Other", isrc="GBAYE6800011", iswc=OTHER_ISWC),
        named("Third", iswc="T-1"),
    )
    assert sorted(works(catalog)) == ["00", "01", "02"]
    told = here("catalog", "works", catalog).stderr.splitlines()
    assert len(told) == 2
    assert "ISWC 'T-1' of 'Third'" in told[0]
    assert "it joins nothing" in told[0]
    assert told[1].startswith("samesong: ISRC GBAYE6800011 is that of ")
    assert told[1].endswith("which stay different works, since they differ in ISWCs")
    joined = here("catalog", "join", catalog, folder / "00.flac", folder / "01.flac")
    assert "one work has several ISWCs" in joined.stderr
    assert works(catalog) == ["00 01", "02"]


def test_a_mistyped_code_joins_but_is_told_everywhere(
    here: Any, index: Index, works: Any, folder: Path, model: list[str]
) -> None:
    catalog = index(named("Amazing Grace", iswc=ISWC), named("Greensleeves", iswc=OTHER_ISWC))
    assert here("catalog", "verify", catalog).stdout == "clean: 2 tracks, 2 windows\n"
    told = f"ISWC {ISWC} joins 'Amazing Grace' "
    edited = here("catalog", "edit", catalog, folder / "01.flac", "--iswc", ISWC)
    assert told in edited.stderr
    assert works(catalog) == ["00 01"]
    assert told in here("catalog", "works", catalog).stderr
    verified = here("catalog", "verify", catalog)
    assert told in verified.stderr
    assert verified.stdout.endswith("1 contradiction between codes, titles and ears\n")
    here("catalog", "edit", catalog, folder / "01.flac", "--from-tags")
    tag(folder / "01.flac", {"iswc": "T0345246801", "isrc": "unknown"})
    indexed = here("index", catalog, folder, *model)
    assert told in indexed.stderr
    assert "ISRC 'unknown' of 'Greensleeves' " in indexed.stderr
    assert here("index", catalog, folder, *model).stderr == ""
    report = json.loads(here("catalog", "verify", catalog, "--json").stdout)
    unknown, mistyped = report["contradictions"]
    assert "ISRC 'unknown' of 'Greensleeves' " in unknown
    assert told in mistyped
    here("catalog", "join", catalog, folder)
    assert told not in here("catalog", "verify", catalog).stderr


def test_bad_input_changes_nothing(here: Any, index: Index, folder: Path) -> None:
    catalog = index(named("One"), named("One (Live)"), named("Other"))
    before = here("catalog", "list", catalog, "--json").stdout
    both = [folder / "00.flac", folder / "01.flac"]
    for arguments, told in (
        (["join", catalog, both[0], "nonsense"], "'nonsense'"),
        (["split", catalog, *both], "has no other recordings"),
        (["split", catalog, both[0], folder / "02.flac"], "are of"),
        (["split", catalog, "nonsense"], "'nonsense'"),
        (["regroup", catalog, "nonsense"], "'nonsense'"),
        (["name", catalog, "nonsense", "Title"], "'nonsense'"),
        (["name", catalog, folder, "Title"], "means 2 works"),
        (["works", catalog, "nonsense"], "'nonsense'"),
    ):
        assert told in here("catalog", *arguments, code=2).stderr
    assert here("catalog", "list", catalog, "--json").stdout == before


def test_a_catalog_without_versions(here: Any, index: Index) -> None:
    catalog = index(named("One"))
    listed = here("catalog", "works", catalog)
    assert listed.stdout == "1 work of one recording each: --all lists them too\n"
    assert listed.stderr == ""
    assert "One" in here("catalog", "works", catalog, "--all").stdout
