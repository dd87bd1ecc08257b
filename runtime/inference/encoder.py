"""From CQ-spectrograms to deep sequences, in batches."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.onnx_session import Device, Session, check_answer
from samesong.runtime.inference.signatures import EMBEDDING
from samesong.runtime.representation.batching import batches
from samesong.runtime.representation.deep_sequences import DeepSequences

BATCH: dict[Device, int] = {"cpu": 4, "cuda": 32}
"""Windows a run: enough to keep all cores busy, few enough that memory stays small."""


class Branch:
    """The branch of a bundle on a device; takes up to `batch` windows a run.

    Parameters
    ----------
    bundle : ModelBundle
        The model.
    device : str, optional
        ``"cpu"`` or ``"cuda"``.
    threads : int, optional
        Threads on the CPU; one a core by default.

    Attributes
    ----------
    batch : int
        Most windows a run.

    Raises
    ------
    DeviceError, MissingExtraError, BundleError
        As `samesong.runtime.inference.onnx_session.Session` does.
    """

    def __init__(
        self, bundle: ModelBundle, device: Device = "cpu", *, threads: int | None = None
    ) -> None:
        graph = bundle.manifest.branch
        (self._input,) = graph.inputs
        self._path = bundle.path / graph.file
        self._levels = [name for name in graph.outputs if name != EMBEDDING]
        self._strides, self._dims = bundle.manifest.strides, bundle.manifest.level_dims
        self._embedding_dim = bundle.manifest.embedding_dim
        self._session = Session(
            self._path,
            inputs=list(graph.inputs),
            outputs=list(graph.outputs),
            device=device,
            threads=threads,
        )
        self.batch = BATCH[device]

    def __call__(self, cqts: Sequence[NDArray[np.float32]]) -> list[DeepSequences]:
        """Return the deep sequences of each window.

        Parameters
        ----------
        cqts : sequence of ndarray, shape (n_bins, n_frames), float32
            CQ-spectrograms, standardised; windows of one length share a run.

        Returns
        -------
        list of DeepSequences
            In the same order.

        Raises
        ------
        BundleError
            If the branch fails, or gives other sequences than its manifest says.
        """
        made: dict[int, DeepSequences] = {}
        for places in batches([cqt.shape for cqt in cqts], self.batch):
            outputs = self._run(np.stack([cqts[place] for place in places]))
            made.update(zip(places, outputs, strict=True))
        return [made[place] for place in range(len(cqts))]

    def _run(self, batch: NDArray[np.float32]) -> list[DeepSequences]:
        outputs = self._session.run({self._input: batch})
        size, _, n_frames = batch.shape
        for name, stride, dim in zip(self._levels, self._strides, self._dims, strict=True):
            check_answer(self._path, name, outputs[name], (size, -(-n_frames // stride), dim))
        check_answer(self._path, EMBEDDING, outputs[EMBEDDING], (size, self._embedding_dim))
        return [
            DeepSequences(
                tuple(outputs[name][i].copy() for name in self._levels),
                outputs[EMBEDDING][i].copy(),
            )
            for i in range(len(batch))
        ]
