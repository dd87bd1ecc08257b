import numpy as np
import pytest

from samesong.runtime.evaluation.evaluator import Evaluation, trials
from samesong.runtime.inference.bundle import starting_values
from samesong.runtime.plots import save_evaluation


def evaluation(works, kinds, seed=0, strength=1.0):
    """Make the evaluation of random scores, those of one work somewhat higher."""
    same = np.array(works)[:, None] == np.array(works)
    noise = np.random.default_rng(seed).normal(size=same.shape)
    scores = strength * 4 * (1 / (1 + np.exp(-noise - 3 * same))).astype(np.float64)
    made = trials(scores, works, kinds, starting_values().posterior)
    return Evaluation("m", len(works), made[0].metrics(), made[1].metrics(), made)


@pytest.mark.parametrize(
    ("works", "kinds"),
    [
        ([0, 0, 1, 1, 2, 2], ["live", "studio"] * 3),
        ([0, 0, 1, 1], ["studio"] * 4),  # nothing live
        ([0, 1, 2], ["live", "studio", "studio"]),  # no versions
        ([0, 0], ["live", "studio"]),  # nothing wrong to accept
        ([0], ["live"]),
    ],
)
def test_whatever_there_is_to_measure_is_drawn(tmp_path, looked_at, works, kinds):
    path = tmp_path / "out.png"
    save_evaluation(evaluation(works, kinds), path)
    height, width, _ = looked_at(path).shape
    assert width >= 2000
    assert height >= 800


def test_the_mark_of_a_threshold_that_accepts_nothing_is_whole(tmp_path, looked_at):
    path, works = tmp_path / "out.png", [0, 0, 1, 1, 2, 2]
    # Evidence so weak that no answer is likely enough to be named.
    save_evaluation(evaluation(works, ["live", "studio"] * 3, strength=0.1), path)
    pixels = looked_at(path)
    # The last series drawn, in orange: its square in the corner, left of the frame too.
    orange = np.abs(pixels[..., :3] - [0xD5 / 255, 0x5E / 255, 0]).max(axis=2) < 0.02
    middle = orange[int(0.75 * len(pixels)) : int(0.92 * len(pixels)), 800:900]
    rows, columns = np.flatnonzero(middle.any(axis=1)), np.flatnonzero(middle.any(axis=0))
    assert np.ptp(rows) == pytest.approx(np.ptp(columns), abs=2)
    assert np.ptp(rows) > 12
