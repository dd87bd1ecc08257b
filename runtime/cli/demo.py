"""``samesong demo``: index and identify the bundled recordings."""

from pathlib import Path
from tempfile import TemporaryDirectory

import click

from samesong.runtime.cli.exit_codes import DONE, SOME_FAILED
from samesong.runtime.cli.options import model_options
from samesong.runtime.cli.output import say
from samesong.runtime.demo.run import run_demo
from samesong.runtime.inference.onnx_session import Device


@click.command()
@model_options
def demo(model: str, device: Device) -> int:
    """Index bundled studio recordings, identify bundled live ones, and print the rankings."""
    with TemporaryDirectory(prefix="samesong-demo-") as folder:
        right = run_demo(Path(folder), model=model, device=device, report=say)
    return DONE if right else SOME_FAILED
