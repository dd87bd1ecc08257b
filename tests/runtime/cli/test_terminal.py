"""What a terminal of 80 columns, or of 60, shows of long titles in any script."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from tests.runtime.cli.conftest import on_a_terminal

TITLES = [
    "Symphony No. 5 in C minor, Op. 67: I. Allegro con brio, in full",
    "交響曲第五番ハ短調作品六十七「運命」第一楽章アレグロ・コン・ブリオ",
    "Z\u0303a\u030blgo " * 10,
]
ARTIST = "Orquesta Sinfónica Simón Bolívar de Venezuela"


@pytest.fixture
def long(here: Any, catalog: Path) -> Path:
    """Return a catalog of long titles."""
    tracks = json.loads(here("catalog", "list", catalog, "--json").stdout)
    for track, title in zip(tracks, TITLES, strict=False):
        here("catalog", "edit", catalog, track["track_id"], "--title", title, "--artist", ARTIST)
    return catalog


@pytest.mark.parametrize("columns", [80, 60])
def test_a_row_takes_one_line(
    *, here: Any, long: Path, music: Path, model: list[str], columns: int
) -> None:
    song = music / "01 - Song 0.flac"
    shown = on_a_terminal("identify", long, song, *model, columns=columns).splitlines()
    head = next(number for number, line in enumerate(shown) if "prob." in line)
    rows = [line for line in shown[head:] if line.strip()]
    assert [row.split()[0] for row in rows[1:]] == list("123456")
    assert all(cell_len(row) <= columns for row in rows)
    assert sum("…" in row for row in rows) == 3
    # Times are whole or left out, and ids are not for people.
    assert ("in query" in rows[0]) == (columns == 80)
    times = [re.findall(r"\d:\d\d-\d:\d\d(?=\s|$)", row) for row in rows[1:]]
    assert {len(found) for found in times} == ({1} if columns == 80 else {0})
    ids = {one["track_id"] for one in json.loads(here("catalog", "list", long, "--json").stdout)}
    assert not any(one in row for one in ids for row in rows)
    # Details stand below, and take nothing away.
    detailed = on_a_terminal("identify", long, song, *model, "-v", columns=columns)
    below = detailed.splitlines()[head + len(rows) :]
    assert detailed.splitlines()[head : head + len(rows)] == rows
    assert [row.split()[0] for row in below[1:]] == list("123456")
    assert {row.split()[1] for row in below[1:]} <= ids


def test_several_recordings_get_a_line_each(
    *, here: Any, long: Path, music: Path, model: list[str]
) -> None:
    first, second = sorted(music.iterdir())[:2]
    *lines, summary = here("identify", long, first, second, *model).stdout.splitlines()
    assert [line.split("  ")[0] for line in lines] == [str(first), str(second)]
    assert TITLES[0] in lines[0]
    assert summary.startswith("2 recordings: ")
    shown = on_a_terminal("identify", long, first, second, *model, columns=80).splitlines()
    assert [line[: len(first.name)] for line in shown[:2]] == [first.name, second.name]
    assert all(cell_len(line) <= 80 for line in shown)


def test_json_lines_and_csv_go_to_programs(
    here: Any, long: Path, music: Path, model: list[str]
) -> None:
    command = ("identify", long, *sorted(music.iterdir())[:2], *model)
    printed = here(*command, "--jsonl").stdout.splitlines()
    assert [json.loads(line)["matches"][0]["title"] for line in printed] == TITLES[:2]
    assert json.loads(printed[0])["threshold"] == 0.5
    head, *rows = here(*command, "--csv", "-").stdout.splitlines()
    assert head.startswith('"query","verdict","title"')
    assert len(rows) == 2
    assert here(*command, "--csv").stdout.splitlines()[0] == head
    said = here(*command, "--csv", "-", "--json", code=2).stderr
    assert "--json, --jsonl and --csv - all write to standard output" in said
    assert "--resume needs the file" in here(*command, "--csv", "-", "--resume", code=2).stderr
