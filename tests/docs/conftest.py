"""Checking the commands that documents and manifests show."""

from collections.abc import Callable

import click
import pytest

from samesong.runtime.cli import cli


@pytest.fixture(scope="session")
def require_command() -> Callable[[list[str]], None]:
    """Check that a command exists, with the options that it is given."""

    def require(command: list[str]) -> None:
        program, *words = command
        assert program == "samesong"
        found: click.Command = cli
        context = click.Context(cli)
        while isinstance(found, click.Group) and words:
            name = words.pop(0)
            inner = found.get_command(context, name)
            assert inner is not None, f"there is no {name!r} in {command!r}"
            found = inner
        known = {option for one in found.params for option in (*one.opts, *one.secondary_opts)}
        assert {word.partition("=")[0] for word in words if word.startswith("-")} <= known

    return require
