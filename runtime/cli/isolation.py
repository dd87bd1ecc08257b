"""The option ``--isolate`` of commands that read recordings."""

import click

isolate_option = click.option(
    "--isolate",
    is_flag=True,
    help="Read files in processes of their own, with limits of memory and time, as for files from "
    "strangers.",
)
