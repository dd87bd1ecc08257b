"""What speaks for two windows being performances of the same song."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.onnx_session import Device, Session
from samesong.runtime.matching.alignment_score import alignment_scores
from samesong.runtime.matching.chroma_similarity import chroma_csms
from samesong.runtime.matching.cross_similarity import csms, products
from samesong.runtime.representation.window import Window

BATCH = 8
"""Pairs that the network judges in a run: more no longer fit into a core's cache."""

ALIGNED = 64
"""Pairs that are aligned together: in batches of `BATCH`, that takes three times as long."""

Job = Callable[[Window, Sequence[Window]], NDArray[np.float64]]


def log_odds(scores: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the logit of scores in [0, 1], kept 1e-7 away from 0 and 1, where it is infinite."""
    kept = np.clip(scores.astype(np.float64), 1e-7, 1 - 1e-7)
    return np.asarray(np.log(kept / (1 - kept)))


def probability(evidence: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the probabilities of log-odds: ``1 / (1 + exp(-evidence))``, however large."""
    return np.asarray(0.5 + 0.5 * np.tanh(evidence / 2))


class Scorer:
    """The scorer of a bundle on a device, and beside it the alignments of two coarse CSMs.

    Parameters
    ----------
    bundle, device
        As `samesong.runtime.inference.onnx_session.Session` takes them; so are the errors raised.
    threads
        Batches scored at the same time on the CPU; None takes one a core.
    """

    def __init__(
        self, bundle: ModelBundle, device: Device = "cpu", *, threads: int | None = None
    ) -> None:
        graph = bundle.manifest.scorer
        self._inputs = list(graph.inputs)
        (self._output,) = graph.outputs
        self._calibration = bundle.fitted.calibration
        self._alignment = bundle.fitted.alignment
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

    def __call__(self, query: Window, references: Sequence[Window]) -> NDArray[np.float64]:
        """Return the evidence for each pair: calibrated log-odds (n_references,).

        References of any lengths are taken; those of one length share a batch.
        """
        groups: dict[tuple[tuple[int, ...], ...], list[int]] = {}
        for i, reference in enumerate(references):
            shapes = tuple(level.shape for level in reference.sequences.levels)
            groups.setdefault(shapes, []).append(i)
        # The longer jobs first, so that no thread is left with one at the end.
        jobs = [
            (job, members[start : start + size])
            for job, size in ((self._aligned, ALIGNED), (self._judged, BATCH))
            for members in groups.values()
            for start in range(0, len(members), size)
        ]

        def run(task: tuple[Job, list[int]]) -> NDArray[np.float64]:
            job, batch = task
            return job(query, [references[i] for i in batch])

        evidence = np.zeros(len(references))
        for (_, batch), found in zip(jobs, self._pool.map(run, jobs), strict=True):
            evidence[batch] += found
        return self._calibration.scale * evidence + self._calibration.offset

    def _judged(self, query: Window, references: Sequence[Window]) -> NDArray[np.float64]:
        """Return what the network says of each pair; references of one length."""
        matrices = csms(query.sequences, [reference.sequences for reference in references])
        answer = self._session.run(dict(zip(self._inputs, matrices, strict=True)))[self._output]
        return log_odds(answer)

    def _aligned(self, query: Window, references: Sequence[Window]) -> NDArray[np.float64]:
        """Add up what the alignments say, as `Calibration` weighs them."""
        evidence = np.zeros(len(references))
        if self._calibration.alignment:
            levels = np.stack([reference.sequences.levels[-1] for reference in references])
            matrix = products(query.sequences.levels[-1], levels)
            deep = alignment_scores(matrix, self._alignment, self._alignment.deep_chance)
            evidence += self._calibration.alignment * deep
        if self._calibration.chroma:
            matrix = chroma_csms(query.chroma, [reference.chroma for reference in references])
            tonal = alignment_scores(matrix, self._alignment, self._alignment.chroma_chance)
            evidence += self._calibration.chroma * tonal
        return evidence

    def matrix(
        self, queries: Sequence[Window], references: Sequence[Window]
    ) -> NDArray[np.float64]:
        """Return the calibrated log-odds (n_queries, n_references) of all pairs."""
        return np.stack([self(query, references) for query in queries])
