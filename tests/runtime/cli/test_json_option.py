"""``--json``: the same flag everywhere, and then nothing but JSON on standard output."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from samesong.runtime.cli import cli
from samesong.runtime.demo.run import DEMO_AUDIO
from tests.runtime.cli.conftest import Run, WriteSong

FILES = Path(__file__).parents[3] / "docs" / "reference" / "files.md"

Do = Callable[..., Any]


def commands(group: click.Group, *names: str) -> Iterator[tuple[str, click.Command]]:
    """Yield the names and commands of a group and those in it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        if isinstance(found, click.Group):
            yield from commands(found, *names, name)
        else:
            yield " ".join([*names, name]), found


@pytest.fixture
def do(here: Run, catalog: Path) -> Do:
    """Run a command on the catalog with ``--json``, and return what it prints."""

    def run(command: str, *arguments: object, code: int = 0) -> Any:
        printed = here("catalog", command, catalog, *arguments, "--json", code=code)
        return json.loads(printed.stdout)

    return run


@pytest.fixture
def songs(music: Path) -> list[Path]:
    return sorted(music.iterdir())


@pytest.fixture
def lost(here: Run, catalog: Path, write_song: WriteSong, tmp_path: Path, model: list[str]) -> Path:
    """Index two more songs, and delete the file of one."""
    lost, left = (write_song(tmp_path / "more" / f"{seed}.flac", seed) for seed in (9, 10))
    here("index", catalog, lost, left, *model)
    lost.unlink()
    return lost


def titles(tracks: list[dict[str, Any]]) -> list[str]:
    return sorted(track["title"] for track in tracks)  # in whatever order they were added


def test_every_command_with_a_result_takes_it_as_documented() -> None:
    found = dict(commands(cli))
    options = {
        name: (option.is_flag, option.help)
        for name, command in found.items()
        for option in command.params
        if isinstance(option, click.Option) and "--json" in option.opts
    }
    assert set(options.values()) == {(True, "Print JSON.")}
    section = FILES.read_text("utf-8").partition("## JSON")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    documented = [name for row in rows for name in re.findall("`([^`]+)`", row)]
    assert sorted(documented) == sorted(options)
    without = section.partition("Only\n")[2].partition(" lack it")[0]
    assert set(re.findall("`([^`]+)`", without)) == found.keys() - options.keys()


def test_edit(do: Do, here: Run, catalog: Path, songs: list[Path]) -> None:
    told = do("edit", *songs[:2], "--iswc", "T0345246801")
    assert titles(told["edited"]) == ["Song 0", "Song 1"]
    [work] = {track["work_id"] for track in told["edited"]}  # the code made them one
    assert work
    assert told["missing"] == []
    listed = json.loads(here("catalog", "list", catalog, *songs[:2], "--json").stdout)
    assert told["edited"] == listed


def test_edit_of_a_file_that_is_gone(do: Do, lost: Path) -> None:
    assert do("edit", lost, "--from-tags", code=2) == {"edited": [], "missing": [str(lost)]}


def test_works(do: Do, songs: list[Path]) -> None:
    [joined] = do("join", *songs[:3])["works"]
    assert titles(joined["tracks"]) == ["Song 0", "Song 1", "Song 2"]
    [named] = do("name", songs[0], "Ours")["works"]
    assert (named["work_id"], named["title"]) == (joined["work_id"], "Ours")
    assert [named] == do("works")
    staying, leaving = do("split", songs[0])["works"]
    assert titles(staying["tracks"]) == ["Song 1", "Song 2"]
    assert titles(leaving["tracks"]) == ["Song 0"]
    told = do("regroup", songs[1])
    # What was joined with it alone is forgotten too.
    assert (told["n_forgotten"], titles(told["still_split"])) == (2, ["Song 0"])
    assert [titles(work["tracks"]) for work in told["works"]] == [["Song 1"]]
    assert do("works") == []


def test_a_title_that_is_given_up_is_told_on_standard_error(
    here: Run, do: Do, catalog: Path, songs: list[Path]
) -> None:
    do("name", songs[0], "Sailor")
    do("name", songs[1], "Susanna")
    printed = here("catalog", "join", catalog, *songs[:2], "--json")
    [work] = json.loads(printed.stdout)["works"]
    assert work["title"] == "Sailor"
    assert "'Susanna' was given up" in printed.stderr


def test_remove(do: Do, songs: list[Path]) -> None:
    planned = do("remove", songs[0], songs[3], "--dry-run")
    assert titles(planned["chosen"]) == ["Song 0", "Song 3"]
    assert (planned["removed"], planned["n_tracks"]) == ([], 6)
    done = do("remove", songs[0], songs[3])
    assert done == {**planned, "removed": planned["chosen"], "n_tracks": 4}
    assert titles(do("list")) == ["Song 1", "Song 2", "Song 4", "Song 5"]


def test_prune(do: Do, lost: Path) -> None:
    planned = do("prune", "--dry-run")
    assert [track["path"] for track in planned["chosen"]] == [str(lost)]
    assert (planned["removed"], planned["n_tracks"]) == ([], 8)
    assert do("prune") == {**planned, "removed": planned["chosen"], "n_tracks": 7}


def test_optimize(do: Do) -> None:
    told = do("optimize")
    assert told["bytes_before"] > 0
    assert told["versions_kept"] is False
    info = do("info")
    assert (told["bytes"], told["index"]) == (info["bytes"], info["index"])


def test_export(do: Do, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    assert do("export", "-o", out) == {"output": str(out), "n_tracks": 6}
    assert len(out.read_text("utf-8-sig").splitlines()) == 7


def test_a_table_and_json_are_not_written_into_each_other(samesong: Run, catalog: Path) -> None:
    command = ("catalog", "export", catalog, "-o", "/dev/stdout")
    assert samesong(*command).stdout.startswith("\ufeffpath,")
    refused = samesong(*command, "--json", code=2)
    assert "--json and --output /dev/stdout both write to standard output" in refused.stderr
    assert refused.stdout == ""


def test_demo(here: Run, model: list[str]) -> None:
    told = json.loads(here("demo", *model, "--json", code=1).stdout)
    live = sorted(DEMO_AUDIO.glob("live_*.opus"))
    assert [one["query"] for one in told] == [str(path) for path in live]
    for one in told:
        assert one["matches"][0]["rank"] == 1
        song = Path(one["query"]).stem.removeprefix("live_")
        assert one["right"] == (Path(one["matches"][0]["path"]).stem == f"studio_{song}")
