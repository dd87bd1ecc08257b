"""The commands that the documentation shows: each exists, with the options that it is given."""

import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from samesong.runtime.cli import cli

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def commands(page: Path) -> Iterator[str]:
    """The lines of a page that run samesong, without prompts and comments."""
    for line in page.read_text("utf-8").splitlines():
        shown = line.strip().removeprefix("$ ")
        if shown.startswith("samesong ") and line.startswith(("    ", "$ ")):
            yield shown


@pytest.mark.parametrize(
    "command", sorted({one for page in PAGES for one in commands(page)}), ids=lambda one: one[9:60]
)
def test_the_command_exists_with_its_options(command: str) -> None:
    words = shlex.split(command, comments=True)[1:]
    found: click.Command = cli
    context = click.Context(cli)
    while isinstance(found, click.Group) and words:
        name = words.pop(0)
        inner = found.get_command(context, name)
        assert inner is not None, f"there is no {name!r} in {command!r}"
        found = inner
    known = {option for one in found.params for option in (*one.opts, *one.secondary_opts)}
    assert {word.partition("=")[0] for word in words if word.startswith("-")} <= known


def test_commands_are_found() -> None:
    assert len({one for page in PAGES for one in commands(page)}) > 40


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_parts_of_other_files_are_marked_as_the_site_reads_them(page: Path) -> None:
    marked = [line.strip() for line in page.read_text("utf-8").splitlines() if "--8" in line]
    assert all(line.startswith(('--8<-- "', "<!-- --8<-- [")) for line in marked)
