import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

pytest.importorskip("torch")

from samesong.training.calibration import fit_calibration

pytestmark = pytest.mark.training

UNTOUCHED = {"scale": 1.0, "offset": 0.0}


def synthetic(seed, scale=1.0, offset=0.0, count=150):
    """Logits whose true calibration is known.

    Of two normal distributions at +m and -m with deviation s, a value x is of the first with the
    log odds 2 m x / s^2. With m = 2 and s = 2 that is x itself, which is then spoilt on purpose.
    """
    log_odds = np.random.default_rng(seed).normal(-2, 2, (count, count))
    log_odds[np.diag_indices(count)] += 4
    return ((log_odds - offset) / scale).astype(np.float32)


def surprise(logits, fit):
    """Mean log loss, true and false pairs counting the same."""
    right = np.eye(len(logits), dtype=bool)
    odds = fit["scale"] * logits.astype(np.float64) + fit["offset"]
    return np.logaddexp(0, -odds[right]).mean() + np.logaddexp(0, odds[~right]).mean()


@pytest.mark.parametrize(("scale", "offset"), [(1.0, 0.0), (0.25, 1.5), (4.0, -3.0)])
def test_a_known_calibration_is_found(scale, offset):
    fits = [fit_calibration(synthetic(seed, scale, offset)) for seed in range(8)]
    # Each fit rests on 150 true pairs; their mean is nearer.
    assert np.mean([fit["scale"] for fit in fits]) == pytest.approx(scale, rel=0.15)
    assert np.mean([fit["offset"] for fit in fits]) == pytest.approx(offset, abs=0.25)


@settings(deadline=None, max_examples=15)
@given(
    seed=st.integers(0, 1000), scale=st.floats(0.1, 5), offset=st.floats(-4, 4),
    count=st.integers(2, 120),
)  # fmt: skip
@example(seed=909, scale=4.828125, offset=-1.328125, count=100)  # a simplex search stalls
def test_a_fit_is_monotone_within_bounds_and_no_worse_than_none(seed, scale, offset, count):
    logits = synthetic(seed, scale, offset, count)
    fit = fit_calibration(logits)
    assert set(fit) == {"alignment", "chroma", "scale", "offset"}
    assert all(isinstance(value, float) and np.isfinite(value) for value in fit.values())
    assert fit["scale"] > 0
    # The ridge costs at most a thousandth for each squared unit of either parameter.
    ridge = 1e-3 * (np.log(scale) ** 2 + offset**2)
    best = surprise(logits, {"scale": scale, "offset": offset})
    assert surprise(logits, fit) <= min(best, surprise(logits, UNTOUCHED)) + ridge + 1e-3


def test_a_fit_helps_on_other_works():
    fit = fit_calibration(synthetic(1, scale=3.0, offset=2.0))
    others = synthetic(2, scale=3.0, offset=2.0)
    assert surprise(others, fit) < 0.8 * surprise(others, UNTOUCHED)


def test_perfectly_separated_works_keep_a_finite_fit():
    logits = np.where(np.eye(30, dtype=bool), 9.0, -9.0).astype(np.float32)
    fit = fit_calibration(logits)
    assert 0.1 < fit["scale"] < 10
