"""Commands and groups of commands: what all of them have in common."""

import os
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from samesong.runtime.cli.settings import CATALOG_VARIABLE, Settings, takes_catalog
from samesong.runtime.cli.verbosity import verbosity_options

_WHOLE = 1000
"""Characters of a summary: more than any has, so that none is cut off."""


class Command(click.Command):
    """A command with ``--quiet`` and ``--verbose``, and defaults from `Settings`.

    Parameters
    ----------
    *args, **options
        As of `click.Command`.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.params += verbosity_options()

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments, with the defaults of the user's settings.

        Parameters
        ----------
        ctx : click.Context
            The command's.
        args : list of str
            What follows the name of the command. A catalog may be left out where there is a
            default.

        Returns
        -------
        list of str
            As of `click.Command`.
        """
        if ctx.resilient_parsing or not {*ctx.help_option_names}.isdisjoint(args):
            return super().parse_args(ctx, args)
        settings = Settings.find(Path.cwd())
        ctx.default_map = defaults = settings.defaults(self, ctx)
        catalog = os.environ.get(CATALOG_VARIABLE) or defaults.pop("catalog", None)
        if catalog is not None and takes_catalog(self) and not self._names_catalog(ctx, args):
            args = [catalog, *args]
        given = [*args]
        try:
            return super().parse_args(ctx, args)
        except click.MissingParameter as error:
            if catalog is None and takes_catalog(self) and not self._names_catalog(ctx, given):
                error.param = next(one for one in self.params if one.name == "catalog")
            raise
        except click.BadParameter as error:
            name = "" if error.param is None else error.param.name or ""
            if ctx.get_parameter_source(name) is not ParameterSource.DEFAULT_MAP:
                raise
            raise click.BadParameter(
                f"{error.message} (set in {settings.path})", error.ctx, error.param
            ) from error

    def _names_catalog(self, ctx: click.Context, args: list[str]) -> bool:
        """Return whether the first argument, options aside, is a catalog."""
        from samesong.runtime.cli.places import CatalogPlace  # noqa: PLC0415  (slow to import)

        values, rest, _ = self.make_parser(ctx).parse_args([*args])
        arguments = [one for one in self.params if isinstance(one, click.Argument)]
        given = [values.get(one.name or "") for one in arguments]
        first, place = given[0], arguments[0].type
        alone = not rest and not any(one for one in given[1:] if isinstance(one, (str, tuple)))
        assert isinstance(place, CatalogPlace)
        return isinstance(first, str) and place.is_meant(first, alone=alone)


class Group(click.Group):
    """A group of such commands, whose help gives the first sentence on each of them in full."""

    command_class = Command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the names and summaries of the commands.

        Parameters
        ----------
        ctx : click.Context
            Passed to `list_commands`.
        formatter : click.HelpFormatter
            Receives the section.
        """
        found = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        rows = [(name, one.get_short_help_str(_WHOLE)) for name, one in found if one is not None]
        with formatter.section("Commands"):
            formatter.write_dl(rows)
