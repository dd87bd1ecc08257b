"""``samesong demo``: index and identify the bundled recordings."""

import click

from samesong.runtime.cli.command import Command
from samesong.runtime.cli.exit_codes import DONE, SOME_FAILED
from samesong.runtime.cli.options import json_option, model_options
from samesong.runtime.cli.output import print_json, say
from samesong.runtime.demo.run import run_demo
from samesong.runtime.files.work_folder import WorkFolder
from samesong.runtime.identification.verdict import Verdict
from samesong.runtime.inference.onnx_session import Device


@click.command(cls=Command)
@model_options
@json_option
def demo(model: str, device: Device, *, as_json: bool) -> int:
    """Index bundled studio recordings, identify bundled live ones, and print the rankings."""
    with WorkFolder("demo") as work:
        report = _say_nothing if as_json else say
        told = run_demo(work.path, model=model, device=device, report=report)
    if as_json:
        print_json([{**ranking.to_dict(), "right": is_right} for ranking, is_right in told])
    found = (is_right and ranking.verdict is not Verdict.NONE for ranking, is_right in told)
    return DONE if all(found) else SOME_FAILED


def _say_nothing(_line: str) -> None:
    pass
