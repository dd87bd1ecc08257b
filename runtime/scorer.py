"""The probability that two windows are performances of the same song."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.bundle import Calibration, ModelBundle
from samesong.runtime.csm import csms
from samesong.runtime.sequences import DeepSequences
from samesong.runtime.session import Device, Session

BATCH = 16
"""Pairs a run."""


def calibrate(scores: NDArray[np.float32], calibration: Calibration) -> NDArray[np.float32]:
    """Return ``sigmoid(scale * logit(score) + offset)`` for scores in [0, 1].

    A score is first kept 1e-7 away from 0 and 1, where the logit is infinite.
    """
    kept = np.clip(scores.astype(np.float64), 1e-7, 1 - 1e-7)
    logits = calibration.scale * np.log(kept / (1 - kept)) + calibration.offset
    return np.asarray(1 / (1 + np.exp(-logits)), np.float32)


class Scorer:
    """The scorer of a bundle on a device.

    Parameters
    ----------
    bundle, device, threads
        As `samesong.runtime.session.Session` takes them; so are the errors raised.
    """

    def __init__(
        self, bundle: ModelBundle, device: Device = "cpu", *, threads: int | None = None
    ) -> None:
        graph = bundle.manifest.scorer
        self._inputs = list(graph.inputs)
        (self._output,) = graph.outputs
        self._calibration = bundle.manifest.calibration
        self._session = Session(
            bundle.path / graph.file,
            inputs=self._inputs,
            outputs=[self._output],
            device=device,
            threads=threads,
        )

    def __call__(
        self, query: DeepSequences, references: Sequence[DeepSequences]
    ) -> NDArray[np.float32]:
        """Return the calibrated probability (n_references,) of each pair.

        References of any lengths are taken; those of one length share a batch.
        """
        scores = np.empty(len(references), np.float32)
        groups: dict[tuple[tuple[int, ...], ...], list[int]] = {}
        for i, reference in enumerate(references):
            groups.setdefault(tuple(level.shape for level in reference.levels), []).append(i)
        for members in groups.values():
            for start in range(0, len(members), BATCH):
                batch = members[start : start + BATCH]
                matrices = csms(query, [references[i] for i in batch])
                inputs = dict(zip(self._inputs, matrices, strict=True))
                scores[batch] = self._session.run(inputs)[self._output]
        return calibrate(scores, self._calibration)

    def matrix(
        self, queries: Sequence[DeepSequences], references: Sequence[DeepSequences]
    ) -> NDArray[np.float32]:
        """Return the calibrated probabilities (n_queries, n_references) of all pairs."""
        return np.stack([self(query, references) for query in queries])
