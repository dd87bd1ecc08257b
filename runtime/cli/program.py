"""The console script: the command line in a process that ends with it."""

import gc

from samesong.runtime.cli import main


def run() -> int:
    """Run the command line, as `samesong.runtime.cli.main` does.

    Returns
    -------
    int
        The exit code.
    """
    try:
        return main()
    finally:
        # Python would look through all objects of a process that ends, to find what is garbage: a
        # fifth of the processor time of a short command.
        gc.freeze()
