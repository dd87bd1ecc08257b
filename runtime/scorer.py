"""The probability that two windows are performances of the same song."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.alignment_score import alignment_scores
from samesong.runtime.bundle import Calibration, ModelBundle
from samesong.runtime.csm import csms
from samesong.runtime.sequences import DeepSequences
from samesong.runtime.session import Device, Session

BATCH = 8
"""Pairs a run: more no longer fit into a core's cache."""


def log_odds(scores: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the logit of scores in [0, 1], kept 1e-7 away from 0 and 1, where it is infinite."""
    kept = np.clip(scores.astype(np.float64), 1e-7, 1 - 1e-7)
    return np.asarray(np.log(kept / (1 - kept)))


def calibrate(evidence: NDArray[np.float64], calibration: Calibration) -> NDArray[np.float64]:
    """Return the probability ``sigmoid(scale * evidence + offset)``.

    In double precision: sure matches differ in the ninth digit.
    """
    return np.asarray(1 / (1 + np.exp(-calibration.scale * evidence - calibration.offset)))


class Scorer:
    """The scorer of a bundle on a device, and beside it the alignment of the coarsest CSM.

    Parameters
    ----------
    bundle, device
        As `samesong.runtime.session.Session` takes them; so are the errors raised.
    threads
        Batches scored at the same time on the CPU; None takes one a core.
    """

    def __init__(
        self, bundle: ModelBundle, device: Device = "cpu", *, threads: int | None = None
    ) -> None:
        graph = bundle.manifest.scorer
        self._inputs = list(graph.inputs)
        (self._output,) = graph.outputs
        self._calibration = bundle.manifest.calibration
        # Batches side by side, each on one thread: on two cores a third faster than sharing every
        # batch between them. A GPU takes one batch after the other.
        workers = 1 if device == "cuda" else threads or len(os.sched_getaffinity(0))
        self._pool = ThreadPoolExecutor(workers)
        self._session = Session(
            bundle.path / graph.file,
            inputs=self._inputs,
            outputs=[self._output],
            device=device,
            threads=1,
        )

    def __call__(
        self, query: DeepSequences, references: Sequence[DeepSequences]
    ) -> NDArray[np.float64]:
        """Return the calibrated probability (n_references,) of each pair.

        References of any lengths are taken; those of one length share a batch.
        """
        evidence = np.empty(len(references))
        groups: dict[tuple[tuple[int, ...], ...], list[int]] = {}
        for i, reference in enumerate(references):
            groups.setdefault(tuple(level.shape for level in reference.levels), []).append(i)
        batches = [
            members[start : start + BATCH]
            for members in groups.values()
            for start in range(0, len(members), BATCH)
        ]

        def score(batch: list[int]) -> NDArray[np.float64]:
            matrices = csms(query, [references[i] for i in batch])
            answer = self._session.run(dict(zip(self._inputs, matrices, strict=True)))[self._output]
            aligned = self._calibration.alignment * alignment_scores(matrices[-1])
            return log_odds(answer) + aligned

        for batch, found in zip(batches, self._pool.map(score, batches), strict=True):
            evidence[batch] = found
        return calibrate(evidence, self._calibration)

    def matrix(
        self, queries: Sequence[DeepSequences], references: Sequence[DeepSequences]
    ) -> NDArray[np.float64]:
        """Return the calibrated probabilities (n_queries, n_references) of all pairs."""
        return np.stack([self(query, references) for query in queries])
