"""The scorer in 8 bits, beside which the one in use is timed."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnx", reason="needs the export extra")

from arithmetic import quantised

from samesong import ModelBundle
from samesong.runtime.inference.onnx_session import Session
from samesong.runtime.matching.scorer import log_odds


def test_the_scorer_in_8_bits_can_be_run_and_scores_nearly_alike(tmp_path: Path) -> None:
    bundle = ModelBundle.load()
    graph, names = bundle.path / bundle.manifest.scorer.file, list(bundle.scorer_levels)
    strides = [bundle.manifest.strides[level] for level in bundle.scorer_levels.values()]
    sides = [-(-401 // stride) for stride in strides]  # of two windows of 120 s
    draw = np.random.default_rng(1)
    feeds = [
        {
            name: draw.standard_normal((2, side, side), np.float32)
            for name, side in zip(names, sides, strict=True)
        }
        for _ in range(4)
    ]
    sessions = [
        Session(path, inputs=names, outputs=["score"], threads=1)
        for path in (graph, quantised(graph, feeds, tmp_path))
    ]
    exact, small = (
        np.concatenate([log_odds(session.run(feed)["score"]) for feed in feeds])
        for session in sessions
    )
    assert np.abs(exact - small).max() < 0.5
