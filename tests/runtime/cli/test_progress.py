"""Progress: lines where they are asked for, and nothing where a program reads."""

import re

import pytest

from samesong.runtime.cli.command import Command
from samesong.runtime.cli.progress import ProgressDisplay


def lines(capsys, work, *options):
    """Do some work in a command with options, and return what is printed beside its results."""
    Command("work", callback=work).main(options, standalone_mode=False)
    return capsys.readouterr().err.splitlines()


def test_a_line_a_step_with_rate_and_time_left(capsys):
    def work():
        with ProgressDisplay("tracks") as progress:
            for done in range(3):
                progress.step("score", done, 4, f"track\n{done}")

    first, _, last = lines(capsys, work, "-v")
    assert first == r"[0/4] score track\n0  (...)"
    assert re.fullmatch(r"\[2/4\] score track\\n2  \(\d+\.\d tracks/s, [\d:]+ left\)", last)


def test_audio_is_measured_by_its_seconds(capsys):
    def work():
        with ProgressDisplay("files") as progress:
            progress.audio("index", (0, 2), (0.0, 400.0), "added a")
            progress.audio("index", (0, 2), (90.0, 400.0))
            progress.audio("index", (1, 2), (300.0, 400.0), "added b")

    first, last = lines(capsys, work, "-v")
    assert first == "[0/2] index added a  (0%, ...)"
    assert re.fullmatch(r"\[1/2\] index added b  \(75%, \d+x real time, [\d:]+ left\)", last)


def test_another_stage_has_a_rate_of_its_own(capsys):
    def work():
        with ProgressDisplay("steps") as progress:
            progress.step("analyse", 1, 2)
            progress.step("analyse", 2, 2)
            progress.step("score", 1, 9)

    assert lines(capsys, work, "-v")[-1] == "[1/9] score  (...)"


def test_lines_are_printed_between_steps(capsys):
    assert lines(capsys, listen, "-v")[1] == "0:12-3:40 Band - Song\\n (99 %)"


@pytest.mark.parametrize("options", [(), ("-q",)])
def test_a_program_gets_no_lines_that_it_did_not_ask_for(capsys, options):
    assert lines(capsys, listen, *options) == []


def listen():
    with ProgressDisplay("minutes") as progress:
        progress.step("listen", 1, 9)
        progress.line("0:12-3:40 Band - Song\n (99 %)")
        progress.step("listen", 2, 9)
