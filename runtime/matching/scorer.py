"""Evidence that two windows are performances of the same song: the scorer and the alignments."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.onnx_session import Device, Session, check_answer
from samesong.runtime.matching.alignment_score import above_chance, alignment_scores
from samesong.runtime.matching.chroma_similarity import chroma_csms
from samesong.runtime.matching.coded_similarity import CodedBatch
from samesong.runtime.matching.cross_similarity import csms, products
from samesong.runtime.matching.numba_policy import PROCESS
from samesong.runtime.representation.batching import batches
from samesong.runtime.representation.window import CodedWindow, Window, decode

BATCH = 8
"""Pairs that the network judges in a run: more no longer fit into a core's cache."""

ALIGNMENT_BATCH = 64
"""Pairs that are aligned together: in batches of `BATCH`, that takes three times as long."""

_SAVED = 2e-4
"""Seconds a pair that building CSMs from codes in compiled loops saves, decoding included."""

Job = Callable[[Sequence[Window], Sequence[Window]], NDArray[np.float64]]


def log_odds(scores: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the logit of scores, kept 1e-7 away from 0 and 1, where it is infinite.

    Parameters
    ----------
    scores : ndarray
        float32 in [0, 1].

    Returns
    -------
    ndarray
        float64 of the same shape.
    """
    kept = np.clip(scores.astype(np.float64), 1e-7, 1 - 1e-7)
    return np.asarray(np.log(kept / (1 - kept)))


def probability(evidence: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the probabilities of log-odds: ``1 / (1 + exp(-evidence))``, however large.

    Parameters
    ----------
    evidence : ndarray
        float64 log-odds.

    Returns
    -------
    ndarray
        float64 in [0, 1], of the same shape.
    """
    return np.asarray(0.5 + 0.5 * np.tanh(evidence / 2))


class Scorer:
    """The scorer of a bundle on a device, and beside it the alignments of two coarse CSMs.

    Parameters
    ----------
    bundle : ModelBundle
        The model.
    device : {'cpu', 'cuda'}, optional
        As `samesong.runtime.inference.onnx_session.Session` takes it; so are the errors raised.
    threads : int, optional
        Batches scored at the same time on the CPU; one a core if left out.
    """

    def __init__(
        self, bundle: ModelBundle, device: Device = "cpu", *, threads: int | None = None
    ) -> None:
        graph = bundle.manifest.scorer
        self._path = bundle.path / graph.file
        self._levels = bundle.scorer_levels
        (self._output,) = graph.outputs
        self._calibration = bundle.fitted.calibration
        self._alignment = bundle.fitted.alignment
        # Batches side by side, each on one thread: on two cores a third faster than sharing every
        # batch between them. A GPU takes one batch after the other.
        workers = 1 if device == "cuda" else threads or len(os.sched_getaffinity(0))
        self._pool = ThreadPoolExecutor(workers)
        self._session = Session(
            self._path,
            inputs=list(self._levels),
            outputs=[self._output],
            device=device,
            threads=1,
        )

    def __call__(self, query: Window, references: Sequence[Window]) -> NDArray[np.float64]:
        """Return the evidence for each pair of a query's window with others.

        Parameters
        ----------
        query : Window
            Of any length.
        references : sequence of Window
            Of any lengths; those of one layout share a batch.

        Returns
        -------
        ndarray
            (n_references,) float64: calibrated log-odds.
        """
        return np.asarray(self.matrix([query], references)[0])

    def matrix(
        self, queries: Sequence[Window], references: Sequence[Window]
    ) -> NDArray[np.float64]:
        """Return the evidence for all pairs of two lists of windows.

        Parameters
        ----------
        queries, references : sequence of Window
            Of any lengths, packed or not.

        Returns
        -------
        ndarray
            (n_queries, n_references) float64: calibrated log-odds.
        """
        coded = sum(isinstance(reference, CodedWindow) for reference in references)
        compiled = PROCESS.enough(len(queries) * coded * _SAVED)
        layouts = [
            (compiled and isinstance(reference, CodedWindow), reference.layout)
            for reference in references
        ]
        if not compiled:
            decode(references)
        small = batches(layouts, BATCH)
        from_codes = [places for places in small if layouts[places[0]][0]]
        decoded = [places for places in small if not layouts[places[0]][0]]
        large = [
            places for places in batches(layouts, ALIGNMENT_BATCH) if not layouts[places[0]][0]
        ]
        # The longer jobs first, so that no thread is left with one at the end.
        jobs: list[tuple[Job, list[int]]] = [
            *((self._aligned, places) for places in large),
            *((self._from_codes, places) for places in from_codes),
            *((self._judged, places) for places in decoded),
        ]

        def run(task: tuple[Job, list[int]]) -> NDArray[np.float64]:
            job, places = task
            return job(queries, [references[place] for place in places])

        evidence = np.zeros((len(queries), len(references)))
        for (_, places), found in zip(jobs, self._pool.map(run, jobs), strict=True):
            evidence[:, places] += found
        return self._calibration.scale * evidence + self._calibration.offset

    def _from_codes(
        self, queries: Sequence[Window], references: Sequence[Window]
    ) -> NDArray[np.float64]:
        """Return what `_judged` and `_aligned` do together, of stored windows of one layout."""
        batch = CodedBatch([one for one in references if isinstance(one, CodedWindow)])
        chroma = batch.chroma() if self._calibration.chroma else []
        evidence = np.empty((len(queries), len(references)))
        levels = list(self._levels.values())
        for row, query in zip(evidence, queries, strict=True):
            matrices, gains = batch.csms(query.sequences, self._alignment, levels)
            row[:] = self._network(matrices)
            chance = self._alignment.deep_chance
            deep = above_chance(gains, matrices[-1].shape[1:], chance)
            row[:] += self._calibration.alignment * deep
            if chroma:
                row[:] += self._calibration.chroma * self._tonal(query, chroma)
        return evidence

    def _judged(
        self, queries: Sequence[Window], references: Sequence[Window]
    ) -> NDArray[np.float64]:
        """Return the network's log-odds of each pair; references of one layout."""
        theirs = [reference.sequences for reference in references]
        levels = list(self._levels.values())
        return np.stack([self._network(csms(query.sequences, theirs, levels)) for query in queries])

    def _aligned(
        self, queries: Sequence[Window], references: Sequence[Window]
    ) -> NDArray[np.float64]:
        """Add up the alignment scores of each pair, as `Calibration` weighs them."""
        evidence = np.zeros((len(queries), len(references)))
        if self._calibration.alignment:
            levels = np.stack([reference.sequences.levels[-1] for reference in references])
            for row, query in zip(evidence, queries, strict=True):
                matrix = products(query.sequences.levels[-1], levels)
                deep = alignment_scores(matrix, self._alignment, self._alignment.deep_chance)
                row[:] += self._calibration.alignment * deep
        if self._calibration.chroma:
            chroma = [reference.chroma for reference in references]
            for row, query in zip(evidence, queries, strict=True):
                row[:] += self._calibration.chroma * self._tonal(query, chroma)
        return evidence

    def _tonal(self, query: Window, chroma: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        matrix = chroma_csms(query.chroma, chroma)
        return alignment_scores(matrix, self._alignment, self._alignment.chroma_chance)

    def _network(self, matrices: Sequence[NDArray[np.float32]]) -> NDArray[np.float64]:
        # Where the scorer does not read the coarsest CSM, that is the last one, built to align it.
        answer = self._session.run(dict(zip(self._levels, matrices, strict=False)))[self._output]
        check_answer(self._path, self._output, answer, (len(matrices[0]),))
        return log_odds(answer)
