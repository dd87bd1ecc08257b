"""Options that several commands share."""

import os
from pathlib import Path

import click
import pytest

from samesong.runtime.cli.options import FiniteRange, keep_apart
from tests.runtime.cli.conftest import Run


@pytest.mark.parametrize("text", ["nan", "-nan", "inf", "-inf", "1e999", "2", "-1", "many"])
def test_a_number_is_in_its_range_and_finite(text: str) -> None:
    with pytest.raises(click.BadParameter, match=text.removeprefix("-").replace("1e999", "inf")):
        FiniteRange(0, 1).convert(text, None, None)
    assert FiniteRange(0, 1).convert("0.5", None, None) == 0.5


@pytest.mark.parametrize(
    "command",
    [
        ["setlist", "catalog", "a.wav", "--threshold"],
        ["identify", "catalog", "a.wav", "--threshold"],
        ["listen", "catalog", "--interval"],
        ["serve", "catalog", "--max-minutes"],
        ["bench", "compare", "old.json", "new.json", "--tolerance"],
        ["bench", "frontends", "--seconds"],
        ["bench", "peers", "--seconds"],
        ["bench", "retrieval", "folder", "--seconds"],
    ],
)
@pytest.mark.parametrize("text", ["nan", "inf"])
def test_commands_take_no_number_that_is_none(here: Run, command: list[str], text: str) -> None:
    refused = here(*command, text, code=2).stderr
    assert f"Invalid value for '{command[-1]}'" in refused
    assert text in refused


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Return a folder of inputs."""
    for name in ("a.wav", "list.csv", "set.json"):
        (tmp_path / name).write_text(name)
    (tmp_path / "link.png").symlink_to("a.wav")
    (tmp_path / "set.png").symlink_to("set.json")
    (tmp_path / "list.png").symlink_to("list.csv")
    (tmp_path / "partial.png").symlink_to("out.csv.partial")
    return tmp_path


@pytest.mark.parametrize(
    "command",
    [
        ["setlist", "catalog", "{}/a.wav", "--plot", "{}/link.png"],
        ["compare", "{}/a.wav", "b.wav", "--plot", "{}/link.png"],
        ["compare", "a.wav", "{}/a.wav", "--plot", "{}/link.png"],
        ["report", "{}/set.json", "-o", "{}/set.json"],
        ["report", "{}/set.json", "--plot", "{}/set.png"],
        ["evaluate", "{}/list.csv", "--plot", "{}/list.png"],
        ["bench", "latency", "{}/a.wav", "-o", "{}/link.png"],
        ["bench", "frontends", "{}/a.wav", "--plot", "{}/link.png"],
        ["bench", "peers", "{}/a.wav", "b.wav", "-o", "{}/link.png"],
        ["bench", "retrieval", "folder", "--manifest", "{}/list.csv", "-o", "{}/list.csv"],
    ],
)
def test_no_input_is_written_over(here: Run, files: Path, command: list[str]) -> None:
    pytest.importorskip("matplotlib")
    refused = here(*(part.format(files) for part in command), code=2).stderr
    assert "is also an input: name another file" in refused
    for name in ("a.wav", "list.csv", "set.json"):
        assert (files / name).read_text() == name


@pytest.mark.parametrize(
    "command",
    [
        ["identify", "catalog", "--csv", "{}/a.wav", "b.wav"],  # the shell's, of --csv *.wav
        ["setlist", "catalog", "b.wav", "--format", "csv", "-o", "{}/a.wav"],
        ["setlist", "catalog", "b.wav", "--resume", "{}/a.wav"],
        ["catalog", "export", "catalog", "-o", "{}/a.wav"],
        ["report", "{}/set.json", "--plot", "{}/a.wav"],
        ["bench", "latency", "b.wav", "-o", "{}/a.wav"],
    ],
)
def test_no_recording_is_written_over(here: Run, files: Path, command: list[str]) -> None:
    refused = here(*(part.format(files) for part in command), code=2).stderr
    assert "a.wav has the name of a recording, which nothing is written over" in refused
    assert (files / "a.wav").read_text() == "a.wav"


@pytest.mark.parametrize("more", [["--resume", "{}/out.csv"], ["--plot", "{}/partial.png"]])
def test_no_output_is_written_over_another(here: Run, files: Path, more: list[str]) -> None:
    pytest.importorskip("matplotlib")
    command = ["setlist", "catalog", "{}/a.wav", "-o", "{}/out.csv", *more]
    refused = here(*(part.format(files) for part in command), code=2).stderr
    assert "is also another output: name another file" in refused


def test_a_device_is_written_again_and_again() -> None:
    null = Path(os.devnull)
    keep_apart([null], [null, null, None])
