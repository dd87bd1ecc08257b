"""A twin must not only look like its front end: the bundled model must answer the same."""

import numpy as np
import pytest

from samesong import Analyser, ModelBundle
from samesong.features import get_front_end
from samesong.runtime.matching.scorer import Scorer

torch = pytest.importorskip("torch")

pytestmark = pytest.mark.training

RATE = 22_050


def song(seed, tempo, key, seconds=40.0):
    """A random tune of decaying harmonic tones over hiss."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(seconds * RATE)) / RATE
    mix = 0.003 * np.random.default_rng(seed + round(100 * tempo)).standard_normal(len(t))
    for beat, semitone in enumerate(rng.integers(0, 24, 100)):
        start = round(beat * 0.5 / tempo * RATE)
        since = t[: max(0, min(RATE, len(t) - start))]
        frequency = 130.8 * 2 ** ((semitone + key) / 12)
        waves = sum(np.sin(2 * np.pi * frequency * n * since) / n for n in range(1, 6))
        mix[start : start + len(since)] += 0.2 * np.exp(-4 * since) * waves
    return mix.astype(np.float32)


@pytest.mark.parametrize("name", ["direct", "pooled", "harmonic"])
def test_a_twin_changes_no_score_by_a_hundredth(name):
    from samesong.training.twins import find_twin

    bundle = ModelBundle.load()
    analyser, scorer = Analyser(bundle, threads=1), Scorer(bundle, threads=1)
    front_end = get_front_end(name)
    module = find_twin(front_end).eval()
    songs = [song(1, 1.0, 0), song(1, 1.1, 2), song(2, 1.0, 0)]
    scores = []
    for transform in (
        lambda samples: front_end.transform(samples, RATE),
        lambda samples: module(torch.from_numpy(samples)[None])[0].numpy(),
    ):
        with torch.inference_mode():
            windows = [analyser.spectrogram(transform(samples))[0] for samples in songs]
        scores.append(scorer.matrix(windows, windows))
    ours, theirs = scores
    assert np.abs(ours - theirs).max() < 0.01
    assert ours[0, 1] > ours[0, 2]  # and the scores are not all alike
