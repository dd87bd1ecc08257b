import re

from samesong.runtime.cli.progress import ProgressDisplay


def lines(capsys):
    return capsys.readouterr().err.splitlines()


def test_a_line_a_step_with_rate_and_time_left(capsys):
    with ProgressDisplay("tracks") as progress:
        for done in range(3):
            progress.step("score", done, 4, f"track\n{done}")
    first, _, last = lines(capsys)
    assert first == r"[0/4] score track\n0  (...)"
    assert re.fullmatch(r"\[2/4\] score track\\n2  \(\d+\.\d tracks/s, [\d:]+ left\)", last)


def test_audio_is_measured_by_its_seconds(capsys):
    with ProgressDisplay("files") as progress:
        progress.audio("index", (0, 2), (0.0, 400.0), "added a")
        progress.audio("index", (0, 2), (90.0, 400.0))
        progress.audio("index", (1, 2), (300.0, 400.0), "added b")
    first, last = lines(capsys)
    assert first == "[0/2] index added a  (0%, ...)"
    assert re.fullmatch(r"\[1/2\] index added b  \(75%, \d+x real time, [\d:]+ left\)", last)


def test_another_stage_has_a_rate_of_its_own(capsys):
    with ProgressDisplay("steps") as progress:
        progress.step("analyse", 1, 2)
        progress.step("analyse", 2, 2)
        progress.step("score", 1, 9)
    assert lines(capsys)[-1] == "[1/9] score  (...)"


def test_lines_are_printed_between_steps(capsys):
    with ProgressDisplay("minutes") as progress:
        progress.step("listen", 1, 9)
        progress.line("0:12-3:40 Band - Song\n (99 %)")
        progress.step("listen", 2, 9)
    assert lines(capsys)[1] == "0:12-3:40 Band - Song\\n (99 %)"
