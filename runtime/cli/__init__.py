"""The samesong command line: its commands, loaded when they are used, and its exit codes."""

import logging
import os
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points

import click

from samesong.runtime.cli.exit_codes import DONE, INTERRUPTED, UNUSABLE
from samesong.runtime.cli.output import complain

# Help is kept here, so that listing the commands imports none of them.
_COMMANDS = {
    "demo": ("demo:demo", "Index and identify bundled recordings: see whether it works."),
    "index": ("index:index", "Add recordings to a catalog."),
    "identify": ("identify:identify", "Find the studio tracks that recordings are versions of."),
    "compare": ("compare:compare", "Tell whether two recordings are the same song."),
    "setlist": ("setlist:setlist", "List the songs of a whole concert, with times."),
    "report": ("report:report", "Write a set list in another format."),
    "evaluate": ("evaluate:evaluate", "Measure a model on recordings whose works are known."),
    "catalog": ("catalog_:catalog", "Look after a catalog."),
    "serve": ("serve:serve", "Serve a web page and an HTTP API over a catalog."),
    "listen": ("listen:listen", "Tell what is being played, from a microphone or a pipe."),
    "features": ("features_:features", "List the installed front ends."),
    "models": ("models_:models", "List the bundled models."),
    "bench": ("bench:bench", "Measure samesong on this machine, and compare results."),
}
# Commands of packages above the runtime, and the extra that each needs.
_EXTRAS = {
    "render": ("training", "Record works in notes, for training."),
    "train": ("training", "Train a model."),
    "export": ("export", "Turn a checkpoint into a model bundle."),
}


class Commands(click.Group):
    """The group of all commands: samesong's own, and those of installed packages."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        del ctx
        return [*_COMMANDS, *sorted(_installed())]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command, or return None when there is none of that name."""
        del ctx
        if cmd_name in _COMMANDS:
            module, _, attribute = _COMMANDS[cmd_name][0].partition(":")
            found: click.Command = getattr(import_module(f"{__name__}.{module}"), attribute)
            return found
        entry = _installed().get(cmd_name)
        return None if entry is None else _load(entry)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the names and short help of all commands, without loading any."""
        rows = [(name, _summary(name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


@click.command(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Start with 'samesong demo'; 'samesong COMMAND --help' tells more of each.",
)
@click.version_option(package_name="samesong")
def cli() -> None:
    """Find which studio recording a live recording is a performance of."""


def main(args: Sequence[str] | None = None) -> int:
    """Run the command line; every error becomes a message and an exit code here.

    Returns
    -------
    int
        0 done; 1 some inputs failed, the rest were done; 2 wrong use or unusable input;
        130 interrupted.
    """
    logging.basicConfig(format="samesong: %(message)s")
    # Work is shared out to threads as whole recordings and batches. Threads of NumPy's products
    # would come on top, and wait actively: indexing takes twice the CPU time with them. It is read
    # when NumPy is imported, which no command has done by now.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
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
            f"unexpected {type(error).__name__}: {error}. This is a defect: please report it, with "
            "what SAMESONG_TRACEBACK=1 in the environment makes it print"
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
    return f"Of the package {package.name}." if package else "Of another package."


def _load(entry: EntryPoint) -> click.Command:
    try:
        command: click.Command = entry.load()
    except ImportError as error:
        if entry.name in _EXTRAS:
            from samesong.features.errors import install_hint  # noqa: PLC0415  (as above)

            advice = install_hint(_EXTRAS[entry.name][0])
        else:
            advice = "install what its package needs"
        raise click.ClickException(
            f"'samesong {entry.name}' cannot be loaded ({error}): {advice}"
        ) from error
    return command
