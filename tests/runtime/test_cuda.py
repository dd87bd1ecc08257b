"""What a GPU answers is what the CPU answers; these have to be run where there is one."""

import numpy as np
import pytest

from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.onnx_session import available_devices
from samesong.runtime.matching.scorer import Scorer

pytestmark = pytest.mark.skipif(
    "cuda" not in available_devices(), reason="needs an NVIDIA GPU and samesong[gpu]"
)


@pytest.fixture(scope="module")
def on_gpu(bundle):
    return Analyser(bundle, "cuda")


def test_windows_are_the_same(analyser, on_gpu, song):
    samples = song(1, seconds=70)
    here = analyser.samples(samples, 22_050, window_seconds=20.1, hop_seconds=9.9)
    there = on_gpu.samples(samples, 22_050, window_seconds=20.1, hop_seconds=9.9)
    assert [window.start for window in there] == [window.start for window in here]
    for one, other in zip(here, there, strict=True):
        for level, twin in zip(one.sequences.levels, other.sequences.levels, strict=True):
            np.testing.assert_allclose(twin, level, atol=2e-3)
        embeddings = one.sequences.embedding, other.sequences.embedding
        np.testing.assert_allclose(*embeddings, atol=2e-3)


def test_scores_are_the_same(analyser, bundle, song):
    sequences = [
        window.sequences
        for seed in range(3)
        for window in analyser.samples(song(seed, seconds=40), 22_050, window_seconds=20.1)
    ]
    expected = Scorer(bundle, "cpu").matrix(sequences, sequences)
    scores = Scorer(bundle, "cuda").matrix(sequences, sequences)
    np.testing.assert_allclose(scores, expected, atol=2e-3)
