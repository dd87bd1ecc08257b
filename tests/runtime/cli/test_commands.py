"""The list of commands, and commands of other packages."""

import json
from pathlib import Path
from typing import Any

import pytest

from samesong import bundled_models
from samesong.runtime import cli

OWN = {"demo", "index", "identify", "compare", "evaluate", "catalog", "features", "models"}
NEED_EXTRAS = {"render", "train", "export"}


def test_help_lists_every_command_without_the_extras(samesong: Any, tmp_path: Path) -> None:
    block(tmp_path, "torch", "numpy", "lancedb", "onnxruntime", "numba")
    shown = samesong("--help", PYTHONPATH=str(tmp_path)).stdout
    listed = [line.split()[0] for line in shown.partition("Commands:\n")[2].splitlines() if line]
    assert set(listed) >= OWN | NEED_EXTRAS


@pytest.mark.parametrize(
    ("command", "extra"),
    [
        (["train", ".", "--out", "run"], "training"),
        (["render", ".", "out", "--soundfont", "a.sf2"], "training"),
        (["export", "best.pt", "model", "--audio", "a.wav"], "export"),
    ],
)
def test_a_command_says_which_extra_it_needs(
    *,
    samesong: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: list[str],
    extra: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.sf2").touch()
    blocked = tmp_path / "blocked"
    blocked.mkdir()
    block(blocked, "torch", "symusic", "onnx")
    refused = samesong(*command, code=2, PYTHONPATH=str(blocked)).stderr
    assert f"pip install '.[{extra}]'" in refused
    assert "Usage: samesong" in samesong(command[0], "--help", PYTHONPATH=str(blocked)).stdout


def test_commands_of_other_packages(samesong: Any, tmp_path: Path) -> None:
    (tmp_path / "stranger.py").write_text(
        "import click\n"
        "@click.command()\ndef hello():\n    click.echo('hello')\n"
        "@click.command()\ndef crash():\n    [][0]\n"
    )
    info = tmp_path / "stranger-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: stranger\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[samesong.commands]\n"
        "hello = stranger:hello\ncrash = stranger:crash\nbroken = not_there:command\n"
        "leaves = sys:exit\nnumber = math:pi\nraises = raising:command\n"
    )
    path = str(tmp_path)
    assert "Added by the package stranger." in samesong("--help", PYTHONPATH=path).stdout
    assert samesong("hello", PYTHONPATH=path).stdout == "hello\n"
    assert "not_there" in samesong("broken", code=2, PYTHONPATH=path).stderr
    (tmp_path / "raising.py").write_text("raise SystemExit('bye')")
    for name, said in {
        "crash": "(stranger:crash, of the package stranger 1.0): unexpected IndexError",
        "number": "is no command (math:pi, of the package stranger 1.0 is 3.14159",
        "raises": "cannot be loaded (raising:command, of the package stranger 1.0: SystemExit",
        "leaves": "is no command (sys:exit, of the package stranger 1.0",
    }.items():
        told = samesong(name, code=2, PYTHONPATH=path).stderr
        assert said in told
        assert len(told.splitlines()) == 1
        assert "bug" not in told


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["identify", "catalog"],
        ["identify", "--top", "0", "catalog", "a.wav"],
        ["identify", "--threshold", "1.5", "catalog", "a.wav"],
        ["index", "--device", "toaster", "catalog", "a.wav"],
        ["catalog", "nonsense"],
    ],
)
def test_wrong_use_is_exit_code_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(arguments) == 2
    assert capsys.readouterr().err.startswith("Usage: samesong")


def test_features_lists_the_front_ends(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["features"]) == 0
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert {"name", "direct", "pooled", "harmonic", "notes"} <= set(names)


def test_models_lists_the_bundled_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["models", "--json"]) == 0
    models = json.loads(capsys.readouterr().out)
    assert [model["name"] for model in models] == bundled_models()
    for model in models:
        assert len(model["fingerprint"]) == 16


def block(folder: Path, *packages: str) -> None:
    """Make packages look as if they were not installed."""
    for package in packages:
        (folder / f"{package}.py").write_text(f"raise ImportError('no module {package}')\n")
