"""Keeping a catalog true while its files are tagged, renamed, moved and deleted."""

import csv
import io
import json
import os
import shutil
from pathlib import Path
from typing import Any

import mutagen
import pytest


class Collection:
    """A folder of recordings with tags, its catalog, and the commands on it."""

    def __init__(self, root: Path, here: Any, model: list[str], write_song: Any) -> None:
        self.music, self.catalog = root / "music", root / "catalog"
        self.here, self.model = here, model
        for seed, (album, name) in enumerate(
            (("First", "a"), ("First", "b"), ("Second", "c"), ("Second", "d"))
        ):
            path = write_song(self.music / album / f"{name}.flac", seed, seconds=3.0)
            self.tag(path, title=f"Song {name}", artist="Anon", album=album)
        self.index()

    def tag(self, path: Path, **tags: str) -> None:
        file = mutagen.File(path)
        file.update(tags)
        file.save()

    def index(self, *arguments: object, code: int = 0) -> Any:
        paths = arguments or (self.music,)
        return self.here("index", self.catalog, *paths, *self.model, code=code)

    def do(self, command: str, *arguments: object, code: int = 0) -> Any:
        return self.here("catalog", command, self.catalog, *arguments, code=code)

    def tracks(self) -> dict[str, dict[str, Any]]:
        listed = json.loads(self.do("list", "--json").stdout)
        return {Path(track["path"]).name: track for track in listed}


@pytest.fixture
def songs(tmp_path: Path, here: Any, model: list[str], write_song: Any) -> Collection:
    return Collection(tmp_path, here, model, write_song)


def test_tagged_and_renamed_by_another_program(songs: Collection) -> None:
    before = songs.tracks()
    for name in "abcd":
        [path] = songs.music.glob(f"*/{name}.flac")
        songs.tag(path, title=f"Better {name}")
        if name != "d":
            path.rename(path.with_name(f"Better {name}.flac"))
    said = songs.index().stdout
    assert said.endswith(f"3 moved, 1 retagged; catalog {songs.catalog} has 4 tracks\n"), said
    assert f"{songs.music}/First/Better a.flac was moved from {songs.music}/First/a.flac" in said
    after = songs.tracks()
    assert {name: track["title"] for name, track in after.items()} == {
        f"Better {name}.flac" if name != "d" else "d.flac": f"Better {name}" for name in "abcd"
    }
    assert {track["track_id"] for track in after.values()} == {
        track["track_id"] for track in before.values()
    }
    assert songs.do("verify").stdout == "clean: 4 tracks, 4 windows\n"
    assert songs.index().stdout == f"4 present; catalog {songs.catalog} has 4 tracks\n"


def test_a_run_over_what_is_there_reads_no_audio(songs: Collection) -> None:
    (songs.music / "First" / "empty.flac").touch()
    for path in songs.music.rglob("?.flac"):
        before = path.stat()
        path.write_bytes(bytes(before.st_size))  # had it been read, it would have failed
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert songs.index(code=1).stdout.startswith("4 present, 1 failed")
    assert songs.index(songs.music, "--reread", code=2).stdout.startswith("5 failed")


def test_edited_fields_stay_through_everything(songs: Collection) -> None:
    path = songs.music / "First" / "a.flac"
    songs.do(
        "edit", path, "--title", "By hand", "--album", "", "--isrc", "gb-aye-68-00011",
        "--work-code", "W 1",
    )  # fmt: skip
    songs.tag(path, title="By a tagger", artist="Somebody", album="Other")
    songs.index()
    moved = path.rename(path.with_name("moved.flac"))
    songs.index()
    track = songs.tracks()["moved.flac"]
    assert (track["title"], track["artist"], track["album"]) == ("By hand", "Somebody", None)
    assert (track["isrc"], track["work_code"]) == ("GBAYE6800011", "W 1")
    assert track["edited"] == ["title", "album", "isrc"]
    songs.do("edit", moved, "--from-tags")
    track = songs.tracks()["moved.flac"]
    assert (track["title"], track["album"], track["isrc"]) == ("By a tagger", "Other", None)
    assert (track["edited"], track["work_code"]) == ([], "W 1")


def test_new_audio_under_an_old_path_keeps_and_tells_what_was_set(
    songs: Collection, write_song: Any
) -> None:
    path = songs.music / "First" / "a.flac"
    songs.do("edit", path, "--title", "By hand")
    write_song(path, 17, seconds=3.0)
    said = songs.index().stdout
    assert f"{path} has other audio; what was set by hand (title) was kept: check it" in said
    assert songs.tracks()["a.flac"]["title"] == "By hand"


def test_edit_refuses_what_is_no_code_and_changes_nothing(songs: Collection) -> None:
    before = songs.tracks()
    everything = songs.music
    said = songs.do("edit", everything, "--title", "x", "--iswc", "T-1", code=2).stderr
    assert "iswc 'T-1' is no ISWC" in said
    assert "nothing to change" in songs.do("edit", everything, code=2).stderr
    assert "'nonsense'" in songs.do("edit", "nonsense", "--title", "x", code=2).stderr
    assert songs.tracks() == before


def test_edit_of_a_folder(songs: Collection) -> None:
    assert songs.do("edit", songs.music / "First", "--artist", "Us").stdout == "2 tracks edited\n"
    artists = {name: track["artist"] for name, track in songs.tracks().items()}
    assert artists == {"a.flac": "Us", "b.flac": "Us", "c.flac": "Anon", "d.flac": "Anon"}


@pytest.mark.parametrize(
    ("arguments", "left"),
    [
        (["music/First"], "cd"),
        (["music/First/a.flac"], "bcd"),
        (["--album", "sec*"], "ab"),
        (["--title", "song B"], "acd"),
        (["--artist", "anon"], ""),
        (["--text", "d.FLAC song"], "abc"),
        (["music/First", "--title", "*A"], "bcd"),
    ],
)
def test_remove(
    songs: Collection, arguments: list[str], left: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(songs.music.parent)
    would = songs.do("remove", *arguments, "--dry-run").stdout.splitlines()
    assert len(would) == 4 - len(left)
    assert len(songs.tracks()) == 4
    said = songs.do("remove", *arguments).stdout.splitlines()
    assert said[:-1] == would
    assert set(songs.tracks()) == {f"{name}.flac" for name in left}
    assert len(list(songs.music.rglob("*.flac"))) == 4


def test_remove_needs_to_be_told_what(songs: Collection) -> None:
    assert "nothing to remove" in songs.do("remove", code=2).stderr
    assert "no track has artist 'An'" in songs.do("remove", "--artist", "An", code=2).stderr
    assert len(songs.tracks()) == 4


def test_list_some(songs: Collection) -> None:
    lines = songs.do("list", songs.music / "Second", "--title", "*c").stdout.splitlines()
    header = ["track", "title", "artist", "album", "versions", "length", "path"]
    assert lines[0].split() == header
    assert [line.split()[-1] for line in lines[1:]] == [str(songs.music / "Second" / "c.flac")]


@pytest.mark.parametrize(
    ("option", "asked", "offered"),
    [
        ("--artist", "Annon", "'Anon'"),
        ("--album", "Secnod", "'Second'"),
        ("--title", "Song of d", "'Song d'"),
    ],
)
def test_the_nearest_spellings_are_offered(
    songs: Collection, option: str, asked: str, offered: str
) -> None:
    said = songs.do("list", option, asked, code=2).stderr
    told = said.partition("(nearest: ")[2].partition(")")[0]
    assert told.split(", ")[0] == offered


def test_list_by_the_title_that_a_work_was_given(songs: Collection) -> None:
    both = [songs.music / "First" / name for name in ("a.flac", "b.flac")]
    songs.do("join", *both)
    songs.do("name", both[0], "Our Song")
    for option in (["--title", "our song"], ["--text", "OUR"]):
        listed = json.loads(songs.do("list", *option, "--json").stdout)
        assert [track["title"] for track in listed] == ["Song a", "Song b"]
    assert len(json.loads(songs.do("list", "--title", "song a", "--json").stdout)) == 1


def test_prune_removes_what_was_deleted(songs: Collection) -> None:
    (songs.music / "First" / "a.flac").unlink()
    said = songs.do("verify", code=1)
    assert f"{songs.music}/First/a.flac was deleted" in said.stderr
    assert said.stdout == "1 problem: 4 tracks, 4 windows\n"
    hint = songs.index().stdout
    assert f"1 track of the catalog without a file any more, such as {songs.music}/First/a" in hint
    assert songs.do("prune", "--dry-run").stdout.endswith(
        f"1 would be removed; catalog {songs.catalog} has 4 tracks\n"
    )
    report = json.loads(songs.do("prune", "--json").stdout)
    assert [track["title"] for track in report["removed"]] == ["Song a"]
    assert set(songs.tracks()) == {"b.flac", "c.flac", "d.flac"}
    assert songs.do("verify").stdout == "clean: 3 tracks, 3 windows\n"
    assert songs.do("prune").stdout == f"0 removed; catalog {songs.catalog} has 3 tracks\n"


def test_prune_keeps_what_was_set_by_hand_of_a_file_that_may_have_moved(
    songs: Collection, tmp_path: Path
) -> None:
    first = songs.music / "First" / "a.flac"
    songs.do("edit", first, "--title", "By hand")
    songs.do("join", first, songs.music / "Second" / "c.flac")
    first.rename(tmp_path / "moved.flac")
    (songs.music / "Second" / "d.flac").unlink()
    said = songs.do("prune", "--dry-run").stdout
    told = f"1 track kept that carry what was set by hand, such as {first} (title, work_by_hand): "
    assert told in said
    assert f"'samesong index {songs.catalog}' on their new folder keeps it" in said
    assert songs.do("prune").stdout.endswith(f"1 removed; catalog {songs.catalog} has 3 tracks\n")
    songs.index(tmp_path / "moved.flac")
    assert songs.tracks()["moved.flac"]["title"] == "By hand"
    (tmp_path / "moved.flac").unlink()
    assert songs.do("prune").stdout.endswith("has 3 tracks\n")
    ids = {track["track_id"] for track in songs.tracks().values()}
    said = json.loads(songs.do("prune", "--edited", "--json").stdout)
    assert said["n_tracks"] == 2
    [removed] = said["removed"]
    assert removed["work_id"] in ids


def test_a_disk_that_is_not_mounted_wipes_nothing(songs: Collection) -> None:
    away = songs.music.rename(songs.music.with_name("away"))
    songs.music.mkdir()
    said = songs.do("prune").stdout
    assert "4 tracks kept whose files cannot be reached" in said
    assert said.endswith(f"0 removed; catalog {songs.catalog} has 4 tracks\n")
    verified = songs.do("verify").stdout
    assert verified.startswith("clean: 4 tracks, 4 windows\n4 files out of reach")
    songs.music.rmdir()
    away.rename(songs.music)
    assert songs.do("verify").stdout == "clean: 4 tracks, 4 windows\n"
    shutil.rmtree(songs.music)
    assert songs.do("prune", "--unreachable").stdout.endswith(" has 0 tracks\n")


def test_verify_finds_other_audio_and_tells_other_tags(songs: Collection, write_song: Any) -> None:
    write_song(songs.music / "First" / "a.flac", 17, seconds=3.0)
    songs.tag(songs.music / "First" / "b.flac", title="x")
    said = songs.do("verify", "--json", code=1)
    report = json.loads(said.stdout)
    assert report["changed"] == [str(songs.music / "First" / "a.flac")]
    assert report["retagged"] == [str(songs.music / "First" / "b.flac")]
    assert len(report["problems"]) == 1
    assert "has other audio" in said.stderr


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))


def test_what_is_exported_comes_in_again_by_hand_groupings_included(
    songs: Collection, tmp_path: Path
) -> None:
    first, second = (songs.music / "First" / name for name in ("a.flac", "b.flac"))
    title = '=Formula; "quoted", \'x'
    songs.do("edit", first, "--title", title, "--work-code", "-7", "--album", "")
    songs.do("edit", second, "--iswc", "T0345246801", "--artist", "@Ünï")
    third = songs.music / "Second" / "c.flac"
    songs.do("remove", third)
    songs.tag(third, isrc="unknown")
    songs.index()
    songs.do("join", second, third)
    songs.do("name", third, "Our Song")
    out = tmp_path / "tracks.csv"
    assert songs.do("export", "-o", out).stdout == f"4 tracks: {out}\n"
    assert table(out)[0]["title"] == "'=Formula; \"quoted\", 'x"
    before = songs.tracks()
    same = songs.index(songs.music, "--metadata", out)
    assert same.stderr == ""
    assert "0 tracks updated by the list" in same.stdout
    assert songs.tracks() == before
    shutil.rmtree(songs.catalog)
    again = songs.index("--metadata", out)
    assert "3 tracks updated by" in again.stdout
    after = songs.tracks()
    for track in (*before.values(), *after.values()):
        del track["added"], track["listened"]
    assert after == before
    assert after["c.flac"]["work_title"] == "Our Song"
    assert after["c.flac"]["work_id"] == after["b.flac"]["work_id"] != ""


def test_codes_are_exported_in_one_spelling_and_invalid_ones_marked(
    songs: Collection, tmp_path: Path
) -> None:
    first, second = (songs.music / "First" / name for name in ("a.flac", "b.flac"))
    songs.tag(first, isrc="gb-aye-68-00011", iswc="t0345246801")
    songs.tag(second, isrc="GB-AYE-68-00012; nonsense", iswc="T-034.524.680-2")
    assert "ISWC 'T-034.524.680-2' of 'Song b' " in songs.index().stderr
    track = songs.tracks()["a.flac"]
    assert (track["isrc"], track["iswc"]) == ("GBAYE6800011", "T-034.524.680-1")
    out = tmp_path / "tracks.csv"
    songs.do("export", "-o", out)
    one, other, *_ = table(out)
    assert (one["isrc"], one["iswc"]) == ("GBAYE6800011", "T-034.524.680-1")
    assert (other["isrc"], other["iswc"]) == ("GBAYE6800012; nonsense", "T-034.524.680-2")
    assert (one["invalid"], other["invalid"]) == ("", "isrc iswc")
    same = songs.index("--metadata", out)
    assert (same.stderr, "0 tracks updated" in same.stdout) == ("", True)


def test_metadata_from_a_spreadsheet(songs: Collection) -> None:
    content = (
        "Path;Title;Artist;ISRC;ISWC;MB Work ID;Work ID;Remarks\n"
        "First\\a.flac;El Niño;Ägypten;GBAYE6800011;T-034.524.680-1;;W1;good\n"
        f"{songs.music}/First/b.flac;;;not known;;;W2;\n"
        "First/missing.flac;x;;;;;;\n"
        ";no file;;;;;;\n"
        "Second/c.flac;One;;;;;;\n"
        "Second/c.flac;Two;Both;;;;;\n"
        "Second/d.flac;;;;;5F7B2A1C-6B1D-4A5C-9D7E-0C7D2F2F1F11;W1;\n"
    )
    path = songs.music / "list.csv"
    path.write_text(content, encoding="cp1252")
    said = songs.index(songs.music, "--metadata", path, code=1)
    tracks = songs.tracks()
    a, b, c, d = (tracks[f"{name}.flac"] for name in "abcd")
    assert (a["title"], a["artist"], a["isrc"]) == ("El Niño", "Ägypten", "GBAYE6800011")
    assert (a["iswc"], a["work_code"]) == ("T-034.524.680-1", "W1")
    assert (b["title"], b["isrc"], b["work_code"]) == ("Song b", None, "W2")
    assert (c["title"], c["artist"]) == ("Song c", "Both")
    assert d["mb_work_id"] == "5f7b2a1c-6b1d-4a5c-9d7e-0c7d2f2f1f11"
    errors = said.stderr
    assert f"{path} was read as cp1252" in errors
    assert "not used are the columns remarks" in errors
    assert "line 3: isrc 'not known' is no ISRC" in errors
    assert f"line 4: {songs.music}/First/missing.flac does not exist" in errors
    assert "line 5 names no file" in errors
    assert "c.flac the title 'One' (line 6) and 'Two' (line 7): none of them is used" in errors
    assert "4 tracks updated by" in said.stdout
    songs.tag(songs.music / "First" / "a.flac", title="Tagger", artist="Tagger")
    songs.index()
    assert songs.tracks()["a.flac"]["title"] == "El Niño"


def test_ids_that_clash_are_told_and_kept(songs: Collection) -> None:
    path = songs.music / "list.csv"
    path.write_text(
        "path,work_code,iswc,isrc\n"
        "First/a.flac,W1,T-034.524.680-1,\n"
        "First/b.flac,W1,T-000.000.001-0,\n"
        "Second/c.flac,W2,,GBAYE6800011\n"
    )
    said = songs.index("--metadata", path).stderr
    assert "one work has several ISWCs: " in said
    tracks = songs.tracks()
    assert tracks["b.flac"]["iswc"] == "T-000.000.001-0"
    assert tracks["a.flac"]["work_code"] == tracks["b.flac"]["work_code"] == "W1"
    # Nothing is said twice; with other tracks of the catalog it is said as well.
    path.write_text("path,work_code,isrc\nSecond/d.flac,W3,GBAYE6800011\n")
    said = songs.index("--metadata", path).stderr
    assert "several ISWCs" not in said
    assert "stay different works, since they differ in work codes" in said


def test_a_recording_is_not_put_into_a_work_and_split_from_it(songs: Collection) -> None:
    ids = {name: track["track_id"] for name, track in songs.tracks().items()}
    path = songs.music / "list.csv"
    path.write_text(
        "path,title,work_by_hand,split_from\n"
        "First/a.flac,,W,\n"
        f"First/b.flac,Better,W,{ids['a.flac']}\n"
        f"Second/c.flac,,V,{ids['c.flac']}\n"
        f"Second/d.flac,,V,{ids['a.flac']}\n"
    )
    said = songs.index("--metadata", path, code=1).stderr
    assert [line.partition("list.csv, ")[2] for line in said.splitlines()] == [
        f"line {line}: {songs.music}/{file} is put into work {work!r} (work_by_hand) and split "
        "from recordings of it (split_from): neither is used; correct one"
        for line, file, work in ((3, "First/b.flac", "W"), (4, "Second/c.flac", "V"))
    ]
    found = {
        name: (track["title"], track["work_by_hand"], track["split_from"])
        for name, track in songs.tracks().items()
    }
    assert found == {
        "a.flac": ("Song a", "W", None),
        "b.flac": ("Better", None, None),
        "c.flac": ("Song c", None, None),
        "d.flac": ("Song d", "V", ids["a.flac"]),
    }


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("title\nx\n", "has the columns title: its first line must name path"),
        ("path,remark\nx,y\n", "must name path, and one or more of title"),
        ("", "has the columns (none)"),
    ],
)
def test_a_list_that_says_nothing_is_refused(songs: Collection, content: str, message: str) -> None:
    path = songs.music / "list.csv"
    path.write_text(content)
    assert message in songs.index("--metadata", path, code=2).stderr


def test_a_list_of_files_that_are_all_missing(songs: Collection) -> None:
    path = songs.music / "list.csv"
    path.write_text("path,title\nx.flac,y\n")
    said = songs.index("--metadata", path, code=2)
    assert "line 2: " in said.stderr
    assert "does not exist" in said.stderr
    assert f"{path} names no file of the catalog: its paths count from {songs.music}" in said.stderr
    assert len(songs.tracks()) == 4


@pytest.mark.parametrize("header", ["path,title\n", "path;title;edited"])
def test_a_list_with_nothing_but_its_header_is_told(songs: Collection, header: str) -> None:
    path = songs.music / "list.csv"
    path.write_text(header)
    for paths in ((), (songs.music,)):
        said = songs.index(*paths, "--metadata", path).stderr
        assert f"{path} has no lines below its header, so nothing was changed by it: " in said


def test_nothing_to_index_is_wrong_usage(songs: Collection) -> None:
    assert "nothing to add" in songs.here("index", songs.catalog, code=2).stderr
