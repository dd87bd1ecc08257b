import csv

import hubs
import numpy as np
import pytest
from click.testing import CliRunner

N_WORKS = 24


@pytest.fixture(scope="module")
def recordings():
    """Works played twice, among which some studio recordings resemble everything."""
    rng = np.random.default_rng(1)
    works = np.repeat([f"work {number}" for number in range(N_WORKS)], 2)
    kinds = np.tile(["studio", "live"], N_WORKS)
    scores = rng.normal(-4, 1, (2 * N_WORKS, 2 * N_WORKS))
    scores[works[:, None] == works] += 5
    scores[:, ::8] += 4
    scores[::8] += 4
    return scores, works, kinds


def test_a_query_has_no_say_in_the_hubness_it_is_judged_by(recordings):
    scores, works, _ = recordings
    changed = scores.copy()
    changed[:, 5] += 3  # the query as reference; as query its row is what is corrected
    cohort = np.arange(len(works))
    one, other = (hubs.correct_all(made, works, cohort, (3, 0.75)) for made in (scores, changed))
    others = np.arange(len(works)) != 5
    # But for what all tracks share: the query is one of those that the median is taken of.
    np.testing.assert_allclose(np.ptp((one - other)[5, others]), 0, atol=1e-9)
    assert not np.allclose(one[7], other[7])


def test_the_choice_of_a_fold_is_made_on_the_others(recordings):
    scores, works, kinds = recordings
    fold = np.repeat(np.arange(N_WORKS) % hubs.FOLDS, 2).astype(float)
    by_rule = {(1, 0.0): scores, (3, 0.5): np.where(fold[:, None] == 0, scores, scores.T * 0 - 9)}
    by_rule[3, 0.5][(works[:, None] == works) & (fold[:, None] != 0)] = 9

    def measure(made, queries):
        return hubs.figures(made, works, kinds, queries)[0]

    _, chosen = hubs.cross_validate(by_rule, measure, fold)
    assert chosen == [(3, 0.5)] * hubs.FOLDS
    _, chosen = hubs.cross_validate({(1, 0.0): scores, (3, 0.5): scores}, measure, fold)
    assert chosen == [(1, 0.0)] * hubs.FOLDS


def test_the_command_shows_what_the_correction_brings(recordings, tmp_path):
    scores, works, kinds = recordings
    with (tmp_path / "list.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["path", "work_id", "kind"])
        rows.writerows((f"{n}.wav", *row) for n, row in enumerate(zip(works, kinds, strict=True)))
    np.savez(tmp_path / "kept.npz", scores=scores)
    done = CliRunner().invoke(
        hubs.main, [str(tmp_path / "list.csv"), "--keep", str(tmp_path / "kept.npz")]
    )
    assert done.exit_code == 0, done.output
    lines = {line[:24].strip(): line[24:].split() for line in done.output.splitlines()}
    assert float(lines["cross-validated"][0]) > float(lines["none"][0]) + 0.1
