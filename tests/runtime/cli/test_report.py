"""``samesong report``: set lists kept as JSON become other files."""

import json
from pathlib import Path
from typing import Any

import pytest

SETLIST = {
    "schema": 3,
    "recording": "night.flac",
    "duration": 500.0,
    "songs": [
        {
            "start": 10.0,
            "end": 200.0,
            "track": {"track_id": "", "title": "Café", "artist": "曲"},
            "probability": 0.5,
        },
        {"start": 210.0, "end": 400.0, "track": None},
    ],
}


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """Return a set list that a person has corrected: what need not be told is left out."""
    path = tmp_path / "set.json"
    path.write_text(json.dumps(SETLIST))
    return path


def test_each_format_is_printed(here: Any, kept: Path) -> None:
    assert "TRACK 02 AUDIO" in here("report", kept, "--format", "cue").stdout
    assert "\ufefftitle,artist," in here("report", kept, "--format", "csv").stdout
    assert "#EXTM3U" in here("report", kept, "--format", "m3u").stdout
    assert "210.000000\t400.000000\tUnknown" in here("report", kept, "--format", "audacity").stdout
    assert "<title>Set list of night<" in here("report", kept, "--format", "html").stdout
    for option in (["--format", "json"], ["--json"]):
        told = json.loads(here("report", kept, *option).stdout)
        assert told["songs"][0]["track"]["title"] == "Café"
    refused = here("report", kept, "--json", "--format", "csv", code=2).stderr
    assert "--json and --format csv exclude each other" in refused


def test_the_name_of_the_file_tells_its_format(here: Any, kept: Path, tmp_path: Path) -> None:
    assert "written: " in here("report", kept, "-o", tmp_path / "out.CSV").stdout
    content = (tmp_path / "out.CSV").read_bytes()
    row = b'\r\n"Unknown","","","","0:03:30","0:06:40","0:03:10","","none","",""\r\n'
    assert row in content


def test_several_files_are_written_each_in_its_format(
    here: Any, kept: Path, tmp_path: Path
) -> None:
    sheet, labels = tmp_path / "out.cue", tmp_path / "out.txt"
    said = here("report", kept, "-o", sheet, "-o", labels).stdout
    assert said == f"written: {sheet}, {labels}\n"
    assert "TRACK 02 AUDIO" in sheet.read_text()
    assert labels.read_text().startswith("10.000000\t200.000000\t")


def test_one_format_is_not_for_several_files(here: Any, kept: Path, tmp_path: Path) -> None:
    files = [tmp_path / "a.csv", tmp_path / "b.csv"]
    refused = here("report", kept, "--format", "csv", "-o", files[0], "-o", files[1], code=2)
    assert "--format csv cannot apply to 2 OUTPUT files" in refused.stderr
    assert not any(file.exists() for file in files)


@pytest.mark.parametrize("name", ["out.m3u", "out.m3u8", "out.M3U"])
def test_a_playlist_has_either_of_its_suffixes(
    here: Any, kept: Path, tmp_path: Path, name: str
) -> None:
    here("report", kept, "-o", tmp_path / name)
    assert (tmp_path / name).read_text().startswith("#EXTM3U")


def test_files_are_named_once(here: Any, kept: Path, tmp_path: Path) -> None:
    out, other = tmp_path / "out.csv", tmp_path / "out.cue"
    said = here("report", kept, "-o", out, "-o", other).stdout
    assert said == f"written: {out}, {other}\n"
    assert here("report", kept, "-o", out, "-q").stdout == ""


def test_a_timeline_alone_is_drawn(here: Any, kept: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    picture = tmp_path / "out.png"
    assert here("report", kept, "--plot", picture).stdout == f"written: {picture}\n"
    assert picture.read_bytes().startswith(b"\x89PNG")
    # A report on standard output stays as it is.
    drawn = here("report", kept, "--format", "csv", "--plot", picture).stdout
    assert drawn == here("report", kept, "--format", "csv").stdout


def test_a_picture_that_is_no_png_is_refused(samesong: Any, kept: Path, tmp_path: Path) -> None:
    refused = samesong("report", kept, "--plot", tmp_path / "out.jpg", code=2).stderr
    assert "'out.jpg' is not the name of a PNG file" in refused
    assert "name it 'out.png'" in refused
    assert not (tmp_path / "out.jpg").exists()


def test_the_schema_is_printed_without_a_set_list(here: Any) -> None:
    told = json.loads(here("report", "--schema").stdout)
    assert told["properties"]["schema"]["const"] == 3


def test_what_windows_writes_is_read(here: Any, kept: Path) -> None:
    expected = here("report", kept, "--format", "csv").stdout
    for encoding in ("utf-8-sig", "utf-16"):
        kept.write_bytes(json.dumps(SETLIST, ensure_ascii=False).encode(encoding))
        assert here("report", kept, "--format", "csv").stdout == expected


@pytest.mark.parametrize("arguments", [[], ["-o", "out.xyz"], ["--format", "table"]])
def test_a_format_that_is_not_told_is_asked_for(here: Any, kept: Path, arguments: Any) -> None:
    here("report", kept, *arguments, code=2)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it is empty"),
        (b"OggS\x00\x02", "it is not JSON, nor any text"),
        (b"\xff\xfe\x00", "it is not JSON, nor any text"),
        (b'{"schema": 3,\n"songs": [}', "it is not JSON: line 2 is wrong"),
        (b"[" * 100_000, "nested too deep"),
        (b"9" * 5000, "a number is too long"),
        (b'{"schema": 3}', "recording is missing; give a text"),
        (b"{}", "its schema is missing"),
        (b"[]", "a set list is []"),
        (b'{"schema": 2}', "its schema is 2, and this samesong reads 3: find the songs again"),
        (json.dumps(SETLIST).replace("210.0", "190.0").encode(), "song 2 starts at 190.0 s"),
        (json.dumps(SETLIST).replace("0.5", "NaN").encode(), "probability is nan"),
        (json.dumps(SETLIST | {"duration": 1e300}).encode(), "duration is 1e+300; give a number"),
    ],
)
def test_what_is_no_set_list_is_refused(
    here: Any, kept: Path, content: bytes, message: str
) -> None:
    kept.write_bytes(content)
    refused = here("report", kept, "--format", "csv", code=2).stderr
    assert len(refused.splitlines()) == 1
    assert "codec" not in refused
    assert "set.json is not a set list" in refused
    assert message in refused
    assert "samesong report --schema" in refused
