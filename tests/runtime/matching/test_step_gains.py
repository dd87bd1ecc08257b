import numpy as np

from samesong.runtime.matching.step_gains import contrast, step_gains
from samesong.runtime.representation.deep_sequences import DeepSequences, unit
from samesong.runtime.representation.window import Window


def window(*levels: np.ndarray) -> Window:
    chroma = np.zeros((len(levels[0]), 12), np.float32)
    return Window(0.0, 1.0, DeepSequences(levels, np.zeros(2, np.float32)), chroma)


def draw(rng: np.random.Generator, n_steps: int) -> np.ndarray:
    return unit(rng.normal(size=(n_steps, 8)).astype(np.float32))


def slow_gains(query: Window, reference: Window) -> np.ndarray:
    """Return what `step_gains` does, cell by cell."""
    n_steps, n_positions = len(query.chroma), len(reference.chroma)
    total = np.zeros((n_steps, n_positions))
    for ours, theirs in zip(query.sequences.levels, reference.sequences.levels, strict=True):
        csm = np.array([[float(a @ b) for b in theirs] for a in ours])
        csm = csm - csm.mean(axis=0) - csm.mean(axis=1)[:, None] + csm.mean()
        csm /= csm.std()
        for i in range(n_steps):
            for j in range(n_positions):
                total[i, j] += csm[i * len(ours) // n_steps, j * len(theirs) // n_positions]
    return total / total.std()


def test_gains_are_standard_deviations_added_over_levels() -> None:
    rng = np.random.default_rng(5)
    query, reference = (window(draw(rng, 2 * n), draw(rng, 2 * n), draw(rng, n)) for n in (7, 9))
    np.testing.assert_allclose(
        step_gains(query, reference), slow_gains(query, reference), atol=1e-5
    )


def test_the_right_position_gains_most() -> None:
    track = draw(np.random.default_rng(6), 40)
    gains = step_gains(window(track[10:25]), window(track))
    assert gains.argmax(axis=1).tolist() == list(range(10, 25))


def test_silence_gains_nothing_anywhere() -> None:
    silent = window(np.zeros((5, 8), np.float32))
    gains = step_gains(silent, window(draw(np.random.default_rng(1), 6)))
    np.testing.assert_array_equal(gains, np.zeros((5, 6)))


def test_contrast_takes_out_scale_and_steps_like_all_others() -> None:
    rng = np.random.default_rng(3)
    csm = (rng.normal(0, 0.1, (120, 120)) + 0.8 * np.eye(120)).astype(np.float32)
    changed = 0.1 * csm + 0.2 * rng.random((120, 1), np.float32)
    np.testing.assert_allclose(contrast(changed), contrast(csm), atol=1e-3)
