"""The commands that the documentation shows: each exists, with the options that it is given."""

import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

Require = Callable[[list[str]], None]

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
def test_the_command_exists_with_its_options(command: str, require_command: Require) -> None:
    require_command(shlex.split(command, comments=True))


def test_commands_are_found() -> None:
    assert len({one for page in PAGES for one in commands(page)}) > 40


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_parts_of_other_files_are_marked_as_the_site_reads_them(page: Path) -> None:
    marked = [line.strip() for line in page.read_text("utf-8").splitlines() if "--8" in line]
    assert all(line.startswith(('--8<-- "', "<!-- --8<-- [")) for line in marked)
