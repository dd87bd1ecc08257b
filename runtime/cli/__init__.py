"""The samesong command line: commands, loaded on use, and the mapping of errors to exit codes."""

import gc
import logging
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import click

from samesong.runtime.cli.exit_codes import DONE, INTERRUPTED, UNUSABLE
from samesong.runtime.cli.output import complain
from samesong.runtime.cli.standard_streams import secure_standard_streams

# The one-line help stands here so that `samesong --help` imports no command.
_COMMANDS = {
    "demo": ("demo:demo", "Index and identify bundled recordings, to check that samesong works."),
    "index": ("index:index", "Add recordings to a catalog."),
    "identify": (
        "identify:identify",
        "Find the studio tracks that live recordings are performances of.",
    ),
    "compare": ("compare:compare", "Check whether two recordings are the same song."),
    "setlist": ("setlist:setlist", "List the songs of a whole concert, with times."),
    "report": ("report:report", "Convert a saved set list to another format."),
    "evaluate": ("evaluate:evaluate", "Measure a model on your own recordings."),
    "catalog": ("catalog_:catalog", "Manage a catalog."),
    "serve": ("serve:serve", "Serve a catalog as a web page and an HTTP API."),
    "listen": ("listen:listen", "Identify what is playing, from a microphone or a pipe."),
    "features": ("features_:features", "List the installed front ends."),
    "models": ("models_:models", "List the bundled models."),
    "completion": ("completion:completion", "Print what a shell needs to complete commands."),
    "bench": ("bench:bench", "Measure speed and recall on this machine, and compare reports."),
}
# Commands of the packages above the runtime, with the extra that each needs.
_EXTRAS = {
    "render": ("training", "Render MIDI files as recordings, for training."),
    "train": ("training", "Train a model."),
    "distil": ("training", "Make the scorer of a model cheaper."),
    "export": ("export", "Export a checkpoint as a model bundle."),
}


class Commands(click.Group):
    """Group of all commands: samesong's own, and those that installed packages add."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands.

        Parameters
        ----------
        ctx : click.Context
            Unused.

        Returns
        -------
        list of str
            samesong's own commands in the order of the help, then the others sorted.
        """
        del ctx
        return [*_COMMANDS, *sorted(_installed())]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command.

        Parameters
        ----------
        ctx : click.Context
            Unused.
        cmd_name : str
            Name of the command.

        Returns
        -------
        click.Command or None
            The command; None if no command has that name.

        Raises
        ------
        click.ClickException
            If another package's command cannot be imported.
        """
        del ctx
        if cmd_name in _COMMANDS:
            module, _, attribute = _COMMANDS[cmd_name][0].partition(":")
            name = f"{__name__}.{module}"
            is_new = name not in sys.modules
            found: click.Command = getattr(import_module(name), attribute)
            if is_new:
                gc.freeze()  # modules stay, so that no garbage is looked for among them again
            return found
        entry = _installed().get(cmd_name)
        return None if entry is None else _load(entry)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is called.

        Parameters
        ----------
        ctx : click.Context
            The command line.
        args : list of str
            The name of the command, and what follows it.

        Returns
        -------
        tuple
            As of `click.Group`.

        Raises
        ------
        click.exceptions.NoSuchCommand
            If there is no such command; the error offers those with names like it.
        """
        try:
            return super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand as error:
            raise click.exceptions.NoSuchCommand(
                args[0], possibilities=self.list_commands(ctx), ctx=ctx
            ) from error

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, and name the package of another's command that fails.

        Parameters
        ----------
        ctx : click.Context
            The command line.

        Returns
        -------
        object
            The command's.

        Raises
        ------
        click.ClickException
            If a command of another package raises anything that is no error of samesong's.
        """
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.Abort, click.exceptions.Exit, OSError):
            raise
        except Exception as error:
            entry = _installed().get(ctx.invoked_subcommand or "")
            if entry is not None and entry.name in _EXTRAS and isinstance(error, ImportError):
                raise _unloadable(entry, error) from error
            if entry is None or entry.name in _EXTRAS or os.environ.get("SAMESONG_TRACEBACK"):
                raise
            from samesong.features.errors import SamesongError, shown  # noqa: PLC0415  (as below)

            if isinstance(error, SamesongError):
                raise
            raise click.ClickException(
                f"'samesong {entry.name}' failed ({_origin(entry)}): unexpected "
                f"{shown(error, 200)}. Report it to the authors of that package, with what "
                "SAMESONG_TRACEBACK=1 in the environment prints"
            ) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the names and one-line help of all commands, without loading any.

        Parameters
        ----------
        ctx : click.Context
            Passed to `list_commands`.
        formatter : click.HelpFormatter
            Receives the section.
        """
        rows = [(name, _summary(name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


@click.command(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Start with 'samesong demo'. 'samesong COMMAND --help' explains a command.",
)
@click.version_option(None, "-V", "--version", package_name="samesong")
def cli() -> None:
    """Find which studio recording a live recording is a performance of."""


def main(args: Sequence[str] | None = None) -> int:
    """Run the command line and turn every error into a message and an exit code.

    Parameters
    ----------
    args : sequence of str, optional
        Arguments; those of the process by default.

    Returns
    -------
    int
        0 done; 1 some inputs failed and the rest were done; 2 wrong usage or unusable input;
        130 interrupted.
    """
    secure_standard_streams()
    logging.basicConfig(format="samesong: %(message)s")
    logging.getLogger("samesong").setLevel(logging.NOTSET)
    # samesong runs whole recordings and batches in parallel. BLAS threads on top of that busy-wait
    # and double the CPU time of indexing. The variable takes effect when NumPy is imported, which
    # no command has done yet.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if "_SAMESONG_COMPLETE" in os.environ:  # asked by a shell, at a key
        import_module("samesong.runtime.cli.completion").register()
    try:
        code = cli.main(args, prog_name="samesong", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return UNUSABLE
    except (click.Abort, KeyboardInterrupt):
        complain("interrupted")
        return INTERRUPTED
    except Exception as error:
        return _explain(error)
    return code if isinstance(code, int) else DONE


def _explain(error: Exception) -> int:
    from samesong.features.errors import SamesongError  # noqa: PLC0415  (NumPy comes with it)

    if isinstance(error, (SamesongError, OSError)):
        complain(str(error))
    elif os.environ.get("SAMESONG_TRACEBACK"):
        raise error
    else:
        complain(
            f"unexpected {type(error).__name__}: {error}. This is a bug: run it again with "
            "SAMESONG_TRACEBACK=1 in the environment, and report what it prints"
        )
    return UNUSABLE


def _installed() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group="samesong.commands")}


def _summary(name: str) -> str:
    if name in _COMMANDS:
        return _COMMANDS[name][1]
    if name in _EXTRAS:
        extra, summary = _EXTRAS[name]
        return f"{summary} Needs the extra '{extra}'."
    package = _installed()[name].dist
    return f"Added by the package {package.name}." if package else "Added by another package."


def _load(entry: EntryPoint) -> click.Command:
    from samesong.features.errors import shown  # noqa: PLC0415  (as above)

    try:
        command: object = entry.load()
    # Another package's code may raise anything, and leave the program when it is imported.
    except (Exception, SystemExit) as error:
        raise _unloadable(entry, error) from error
    if not isinstance(command, click.Command):
        raise click.ClickException(
            f"'samesong {entry.name}' is no command ({_origin(entry)} is {shown(command)}): repair "
            "or uninstall its package"
        )
    return command


def _unloadable(entry: EntryPoint, error: BaseException) -> click.ClickException:
    from samesong.features.errors import install_hint, shown  # noqa: PLC0415  (as above)

    advice = "install its requirements, repair it or uninstall it"
    if entry.name in _EXTRAS:
        advice = install_hint(_EXTRAS[entry.name][0])
    return click.ClickException(
        f"'samesong {entry.name}' cannot be loaded ({_origin(entry)}: {shown(error, 200)}): "
        f"{advice}"
    )


def _origin(entry: EntryPoint) -> str:
    package = f", of the package {entry.dist.name} {entry.dist.version}" if entry.dist else ""
    return f"{entry.value}{package}"
