"""Weights of evidence are fitted on some works and hold for others."""

import numpy as np
from chance_curves import fit as fit_chance
from evidence_weights import PARTS, Evidence, fit


def test_weights_follow_the_part_that_knows():
    rng = np.random.default_rng(0)
    works = np.repeat(np.arange(30), 2).astype(str)
    same = (works[:, None] == works).astype(float)
    parts = rng.normal(0, 1, (len(PARTS), 60, 60))
    parts[1] += 3 * same
    evidence = Evidence(parts, works, np.array(["studio", "live"] * 30))
    weights = fit(evidence, np.ones(60, bool), [0, 1, 2], penalty=0.001)
    assert weights[1] > 3 * weights[0]
    assert weights[1] > 3 * weights[2]
    assert weights[3] == 0


def test_a_chance_curve_passes_through_what_it_was_made_of():
    steps = np.array([9.0, 30.0, 101.0])
    curve = fit_chance(steps, 1.5 * steps**0.4)
    assert abs(curve.at(30) - 1.5 * 30**0.4) < 0.01
