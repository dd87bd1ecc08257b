"""``samesong demo``: index and identify the bundled recordings."""

import click

from samesong.runtime.cli.command import Command
from samesong.runtime.cli.exit_codes import DONE, SOME_FAILED
from samesong.runtime.cli.options import model_options
from samesong.runtime.cli.output import say
from samesong.runtime.demo.run import run_demo
from samesong.runtime.files.work_folder import WorkFolder
from samesong.runtime.inference.onnx_session import Device


@click.command(cls=Command)
@model_options
def demo(model: str, device: Device) -> int:
    """Index bundled studio recordings, identify bundled live ones, and print the rankings."""
    with WorkFolder("demo") as work:
        right = run_demo(work.path, model=model, device=device, report=say)
    return DONE if right else SOME_FAILED
