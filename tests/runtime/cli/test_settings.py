"""Defaults from ``samesong.toml`` and the environment, and names that are nearly right."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.shell_completion import BashComplete

from samesong.runtime.cli import cli


@pytest.fixture
def below(tmp_path: Path, indexed: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work two folders below one with settings, beside which `catalog` is the catalog."""
    (tmp_path / "catalog").symlink_to(indexed)
    folder = tmp_path / "some" / "folder"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


def settings(below: Path, text: str) -> Path:
    path = below.parents[1] / "samesong.toml"
    path.write_text(text)
    return path


def test_a_catalog_may_be_left_out(here: Any, below: Path, music: Path, model: list[str]) -> None:
    missing = here("catalog", "info", code=2).stderr
    assert "Name one, or set SAMESONG_CATALOG, or catalog in samesong.toml." in missing
    settings(below, 'catalog = "catalog"')
    assert str(below.parents[1] / "catalog") in here("catalog", "info").stdout
    listed = here("catalog", "list", music / "01 - Song 0.flac").stdout
    assert len(listed.splitlines()) == 2
    query = music / "01 - Song 0.flac"
    expected = here("identify", below.parents[1] / "catalog", query, *model).stdout
    assert here("identify", query, *model).stdout.splitlines()[1:] == expected.splitlines()[1:]


def test_a_recording_alone_is_told_what_is_missing(here: Any, music: Path) -> None:
    song = min(music.iterdir())
    for words in ((song,), (song, "--top", "1"), ()):
        said = " ".join(here("identify", *words, code=2).stderr.split())
        assert "Missing argument 'CATALOG'. Name one, or set SAMESONG_CATALOG" in said
    assert "Missing argument 'PATH" not in here("index", song, code=2).stderr


def test_the_environment_comes_before_the_file_and_arguments_before_both(
    here: Any, below: Path, indexed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings(below, 'catalog = "nowhere"')
    assert "nowhere" in here("catalog", "info", code=2).stderr
    monkeypatch.setenv("SAMESONG_CATALOG", str(indexed))
    assert f"location  {indexed}" in here("catalog", "info").stdout
    monkeypatch.setenv("SAMESONG_CATALOG", "elsewhere")
    assert f"location  {indexed}" in here("catalog", "info", indexed).stdout


def test_index_may_make_another_catalog(
    *, here: Any, below: Path, music: Path, model: list[str], indexed: Path
) -> None:
    settings(below, 'catalog = "catalog"')
    song = music / "01 - Song 0.flac"
    assert "catalog new has 1 track" in here("index", "new", song, *model).stdout
    assert "1 present" in here("index", song, *model).stdout
    assert indexed.is_dir()


def test_options_of_one_command(here: Any, below: Path, music: Path, model: list[str]) -> None:
    settings(
        below, f'catalog = "catalog"\nmodel = "{model[1]}"\n[identify]\ntop = 2\njson = true\n'
    )
    query = music / "01 - Song 0.flac"
    assert here("identify", query).stdout.count('"rank"') == 2
    assert here("identify", query, "--top", "3").stdout.count('"rank"') == 3
    settings(below, '["catalog list"]\njson = true\n')
    assert here("catalog", "list", "../../catalog").stdout.startswith("[")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[identify]\ntpo = 2", "'tpo' in {} is no option of 'samesong identify': did you mean"),
        ("modle = 'pooled'", "'modle' in {} is no setting: did you mean 'model'?"),
        ("[identfy]\ntop = 2", "'[identfy]' in {} is no command: did you mean '[identify]'?"),
        ("[identify]\ntop = 'many'", "'many' is not a valid integer range. (set in {})"),
        ("top = ", "{} cannot be read: Invalid value"),
    ],
)
def test_what_is_wrong_in_the_file_is_named(here: Any, below: Path, text: str, said: str) -> None:
    path = settings(below, text)
    refused = here("identify", "catalog", "a.wav", code=2).stderr
    assert said.format(path) in " ".join(refused.split())
    here("identify", "--help")


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["identfy"], "Did you mean 'identify'?"),
        (["catalog", "lst"], "Did you mean 'list'?"),
        (["identify", "--treshold", "1"], "Did you mean '--threshold'?"),
        (["compare", "a", "b", "--model", "harmonc"], "did you mean 'harmonic'?"),
        (["-q", "identify"], "No such option"),
        (["features", "-q", "-v"], "--quiet and --verbose exclude each other"),
    ],
)
def test_what_was_meant_is_told(here: Any, words: list[str], meant: str) -> None:
    assert meant in here(*words, code=2).stderr


def test_the_version_has_a_short_option(here: Any) -> None:
    assert here("-V").stdout == here("--version").stdout
    assert here("-V").stdout.startswith("samesong, version ")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_complete(here: Any, shell: str) -> None:
    script = here("completion", shell).stdout
    assert f"_SAMESONG_COMPLETE={shell}_complete" in script


def run_shell(command: list[str], cwd: Path | None = None) -> str:
    """Run a shell that finds samesong, and return what it prints; it must not complain."""
    folder = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}
    said = subprocess.run(command, capture_output=True, check=True, env=environment, cwd=cwd)
    assert said.stderr == b""
    return said.stdout.decode()


# What bash itself does at the key: its words, and those that `=` separates.
BASH = """
eval "$(samesong completion bash)"
COMP_WORDS=("$@")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_samesong_completion samesong
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["id"], ["identify"]),
        (["catalog", "opt"], ["optimize"]),
        (["identify", "--ex"], ["--exhaustive", "--explain"]),
        (["identify", "--model", "harm"], ["harmonic", "harmonic_notes"]),
        (["identify", "--model", "=", "harm"], ["harmonic", "harmonic_notes"]),
    ],
)
def test_bash_completes(words: list[str], offered: list[str]) -> None:
    command = ["bash", "--norc", "-c", BASH, "bash", "samesong", *words]
    assert run_shell(command).split() == offered


# A zsh at a terminal of its own, in which the tab key is pressed after $1; then it shows its line.
ZSH = """
zmodload zsh/zpty
zpty shell "PS1= zsh -f -i"
zpty -w shell 'eval "$(samesong completion zsh)"; bindkey "^I" complete-word; zle -N show
show() { zle -M "=[$BUFFER]=" }; bindkey "^X" show; echo re""ady'
zpty -r shell said '*ready*'
zpty -w -n shell "$1"$'\\t\\x18'
zpty -r shell said '*=\\[*\\]=*'
print -r -- "$said"
"""


@pytest.mark.skipif(shutil.which("zsh") is None, reason="needs zsh")
@pytest.mark.parametrize(
    ("line", "completed"),
    [
        ("samesong catalog opti", "samesong catalog optimize "),
        ("samesong identify --model harm", "samesong identify --model harmonic"),
        ("samesong identify --model=harm", "samesong identify --model=harmonic"),
        ("samesong compare --plot=liv", "samesong compare --plot=live.png "),
    ],
)
def test_zsh_completes(line: str, completed: str, tmp_path: Path) -> None:
    (tmp_path / "live.png").touch()
    said = run_shell(["zsh", "-f", "-c", ZSH, "zsh", line], cwd=tmp_path)
    assert f"=[{completed}]=" in said


@pytest.mark.skipif(shutil.which("fish") is None, reason="needs fish")
@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("samesong catalog opti", ["optimize"]),
        ("samesong identify --model h", ["harmonic", "harmonic_notes"]),
        ("samesong identify --model=h", ["--model=harmonic", "--model=harmonic_notes"]),
        ("samesong identify a=b", ["a=b.flac"]),
        ("samesong compare --plot a=", ["a=b.flac"]),
        ("samesong compare --plot=a=", ["--plot=a=b.flac"]),
    ],
)
def test_fish_completes(line: str, offered: list[str], tmp_path: Path) -> None:
    (tmp_path / "a=b.flac").touch()
    script = f"samesong completion fish | source; complete -C '{line}'"
    said = run_shell(["fish", "--no-config", "-c", script], cwd=tmp_path)
    assert [one.partition("\t")[0] for one in said.splitlines()] == offered


def test_zsh_needs_nothing_in_its_settings_before(here: Any) -> None:
    script = here("completion", "zsh").stdout
    assert script.startswith("#compdef samesong")
    assert script.index("compinit -i") < script.index("compdef _samesong_completion")


def test_commands_options_models_and_files_are_completed() -> None:
    completer = BashComplete(cli, {}, "samesong", "_SAMESONG_COMPLETE")

    def offered(words: list[str], incomplete: str) -> list[str]:
        return [one.value for one in completer.get_completions(words, incomplete)]

    assert offered([], "id") == ["identify"]
    assert offered(["identify"], "--ex") == ["--exhaustive", "--explain"]
    assert offered(["identify", "--model"], "h") == ["harmonic", "harmonic_notes"]
    [file] = completer.get_completions(["identify", "catalog"], "liv")
    assert file.type == "file"
