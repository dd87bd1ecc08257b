import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samesong.runtime.inference.encoder import Branch
from samesong.runtime.matching.alignment_score import alignment_scores
from samesong.runtime.matching.chroma_similarity import chroma_csms
from samesong.runtime.matching.cross_similarity import csms
from samesong.runtime.matching.numba_policy import PROCESS
from samesong.runtime.matching.scorer import BATCH, Scorer, log_odds, probability
from samesong.runtime.representation.window import unpack
from tests.runtime.conftest import refitted


@pytest.fixture(scope="module")
def scorer(bundle):
    return Scorer(bundle)


@pytest.fixture(scope="module")
def windows(analyser):
    generator = np.random.default_rng(1)
    lengths = [60] * (BATCH + 3) + [41, 60, 41, 2]
    cqts = [generator.standard_normal((72, length)).astype(np.float32) for length in lengths]
    return [window for cqt in cqts for window in analyser.spectrogram(cqt)]


def test_a_batch_scores_as_its_pairs_do_alone(scorer, windows):
    together = scorer(windows[0], windows)
    alone = [scorer(windows[0], [other])[0] for other in windows]
    assert together.dtype == np.float64
    np.testing.assert_allclose(together, alone, atol=1e-6)


def test_stored_windows_score_the_same_from_their_codes(scorer, windows):
    stored = unpack(
        [window.pack() for window in windows], [0.0] * len(windows), [1.0] * len(windows)
    )
    with PROCESS.fixed(False):
        expected = scorer.matrix(windows[:2], stored)
    stored = unpack(
        [window.pack() for window in windows], [0.0] * len(windows), [1.0] * len(windows)
    )
    mixed = [*stored[:5], *windows[5:8], *stored[8:]]
    with PROCESS.fixed(True):
        found = scorer.matrix(windows[:2], stored)
        beside = scorer.matrix(windows[:2], mixed)
    assert not any("_decoded" in vars(window) for window in stored)
    np.testing.assert_allclose(found, expected, atol=2e-3)
    np.testing.assert_allclose(
        np.delete(beside, [5, 6, 7], 1), np.delete(found, [5, 6, 7], 1), atol=1e-5
    )
    with PROCESS.fixed(False):
        decoded = scorer.matrix(windows[:2], windows[5:8])
    np.testing.assert_allclose(beside[:, 5:8], decoded, atol=2e-3)


def test_a_window_matches_itself_best(scorer, windows):
    scores = scorer.matrix(windows[:5], windows)
    assert scores.shape == (5, len(windows))
    np.testing.assert_array_equal(scores.argmax(axis=1), range(5))


def test_no_references_give_no_scores(scorer, windows):
    assert scorer(windows[0], []).shape == (0,)


def test_the_branch_makes_of_a_window_what_it_makes_of_it_in_a_batch(bundle):
    generator = np.random.default_rng(2)
    cqts = [generator.standard_normal((72, n)).astype(np.float32) for n in (40, 40, 33, 40)]
    branch = Branch(bundle)
    together = branch(cqts)
    for cqt, made in zip(cqts, together, strict=True):
        (alone,) = branch([cqt])
        steps = [-(-cqt.shape[1] // stride) for stride in bundle.manifest.strides]
        assert [level.shape for level in made.levels] == [(n, 32) for n in steps]
        assert made.embedding.shape == (bundle.manifest.embedding_dim,)
        for one, other in zip(made.levels, alone.levels, strict=True):
            np.testing.assert_allclose(one, other, atol=1e-5)
            np.testing.assert_allclose(np.linalg.norm(one, axis=1), 1, atol=1e-5)


SCORES = st.lists(st.floats(0, 1), min_size=2, max_size=20)


@given(SCORES)
def test_log_odds_and_probability_undo_each_other(scores):
    values = np.array(scores, np.float32)
    np.testing.assert_allclose(probability(log_odds(values)), values, atol=1e-6)


@given(SCORES)
def test_log_odds_keep_order_and_are_finite(scores):
    found = log_odds(np.sort(np.array(scores, np.float32)))
    assert (np.diff(found) >= 0).all()
    assert np.isfinite(found).all()


@pytest.mark.parametrize("name", ["alignment", "chroma"])
def test_each_alignment_adds_its_weight_to_the_evidence(bundle, windows, name):
    def evidence(weight):
        calibration = bundle.fitted.calibration.model_copy(update={name: weight})
        return Scorer(refitted(bundle, calibration=calibration))(windows[0], windows[:5])

    alignment = bundle.fitted.alignment
    expected = {
        "alignment": lambda: alignment_scores(
            csms(windows[0].sequences, [window.sequences for window in windows[:5]])[-1],
            alignment,
            alignment.deep_chance,
        ),
        "chroma": lambda: alignment_scores(
            chroma_csms(windows[0].chroma, [window.chroma for window in windows[:5]]),
            alignment,
            alignment.chroma_chance,
        ),
    }[name]()
    np.testing.assert_allclose((evidence(0.5) - evidence(0)) / 0.5, expected, atol=1e-3)
