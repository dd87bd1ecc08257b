"""Defaults of options from ``samesong.toml``, in the current folder or one above it.

::

    catalog = "/music/catalog"    # relative to the file, as all paths are
    model = "pooled"

    [setlist]                     # options of one command, as it is typed
    talk = true

    ["catalog list"]
    json = true
"""

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

import click

from samesong.runtime.cli.model_name import ModelName
from samesong.runtime.inference.bundle import bundled_models

FILE = "samesong.toml"
CATALOG_VARIABLE = "SAMESONG_CATALOG"

_CATALOG = "catalog"
_SHARED = (_CATALOG, "model", "device")
"""Keys that stand outside of tables, and count for every command that knows them."""


@dataclass(frozen=True)
class Settings:
    """The content of a file, or none.

    Attributes
    ----------
    path : Path
        The file; empty for none.
    content : mapping of str to object
        Values and tables by name.
    """

    path: Path = Path()
    content: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def find(cls, folder: Path) -> "Settings":
        """Read the nearest file.

        Parameters
        ----------
        folder : Path
            Where to start.

        Returns
        -------
        Settings
            Of the file in this folder, or else in the next one above that has it.

        Raises
        ------
        click.UsageError
            If it cannot be read.
        """
        for path in (one / FILE for one in (folder, *folder.parents)):
            if path.is_file():
                try:
                    return cls(path, tomllib.loads(path.read_text("utf-8")))
                except (OSError, ValueError) as error:
                    raise click.UsageError(f"{path} cannot be read: {error}") from error
        return cls()

    def defaults(self, command: click.Command, context: click.Context) -> dict[str, Any]:
        """Return the defaults of a command.

        Parameters
        ----------
        command : click.Command
            The command.
        context : click.Context
            Its context, which knows how it is called.

        Returns
        -------
        dict of str to object
            Values by the names of parameters, as click's ``default_map`` takes them. That of the
            catalog is under ``catalog``.

        Raises
        ------
        click.UsageError
            If a key is unknown.
        """
        if not self.content:
            return {}
        called = " ".join(context.command_path.split()[1:])
        self._check_tables(context)
        options = {
            name.removeprefix("--"): one
            for one in command.params
            if isinstance(one, click.Option) and not one.is_eager
            for name in one.opts
            if name.startswith("--")
        }
        found: dict[str, Any] = {}
        for key in _SHARED:
            option = options.get(key)
            if key in self.content and option is not None and not option.multiple:
                found[option.name or key] = self._value(option, self.content[key])
        known = [*options, *([_CATALOG] if takes_catalog(command) else [])]
        for key, value in self.content.get(called, {}).items():
            if key not in known:
                self._refuse(key, f"no option of 'samesong {called}'", known)
            if key in options:
                found[options[key].name or key] = self._value(options[key], value)
        if takes_catalog(command):
            given = self.content.get(called, {}).get(_CATALOG, self.content.get(_CATALOG))
            if given is not None:
                found[_CATALOG] = self._located(given)
        return found

    def _check_tables(self, context: click.Context) -> None:
        """Refuse what is no command, nor a key that all commands share."""
        root = context.find_root()
        assert isinstance(root.command, click.Group)
        commands = root.command.list_commands(root)
        for key, value in self.content.items():
            if not isinstance(value, dict):
                if key not in _SHARED:
                    self._refuse(key, "no setting", [*_SHARED, *commands])
            elif key.partition(" ")[0] not in commands:
                self._refuse(f"[{key}]", "no command", [f"[{one}]" for one in commands])

    def _refuse(self, key: str, what: str, known: Iterable[str]) -> NoReturn:
        near = get_close_matches(key, list(known), 1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}"
        raise click.UsageError(f"{key!r} in {self.path} is {what}: {hint}")

    def _value(self, option: click.Option, value: Any) -> Any:
        """Return a value as the command line would give it."""
        if isinstance(value, dict):
            self._refuse(f"[{option.name}]", "no command", [])
        if option.multiple:
            return [
                self._part(option, one) for one in (value if isinstance(value, list) else [value])
            ]
        return self._part(option, value)

    def _part(self, option: click.Option, value: Any) -> Any:
        is_path = isinstance(option.type, click.Path) and isinstance(value, str)
        is_name = isinstance(option.type, ModelName) and value in bundled_models()
        return self._located(value) if is_path and not is_name else value

    def _located(self, value: Any) -> str:
        text = str(value)
        return text if "://" in text else os.path.join(self.path.parent, text)


def takes_catalog(command: click.Command) -> bool:
    """Return whether a command takes a catalog as its first argument.

    Parameters
    ----------
    command : click.Command
        The command.

    Returns
    -------
    bool
        True if it does.
    """
    return any(isinstance(one, click.Argument) and one.name == _CATALOG for one in command.params)
