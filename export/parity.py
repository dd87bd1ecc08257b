"""The difference between ONNX Runtime's answers and PyTorch's."""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from samesong.export.graphs import BRANCH_OUTPUTS, SCORE, csm_names
from samesong.features.errors import MismatchError
from samesong.runtime.inference.onnx_session import Session
from samesong.training.network import SiameseNetwork, cross_similarity

Spectrogram = NDArray[np.float32]

#: Largest difference that counts as rounding.
TOLERANCE = 1e-4

#: Lengths in frames that are compared: a long window, short ones, and odd ones.
RANDOM_FRAMES = (401, 134, 33, 7)


def random_pairs(n_bins: int, seed: int = 0) -> list[tuple[Spectrogram, Spectrogram]]:
    """Draw pairs of noise spectrograms of several lengths.

    Parameters
    ----------
    n_bins : int
        Bins of the front end.
    seed : int, optional
        The same seed gives the same noise.

    Returns
    -------
    list of (ndarray, ndarray), shape (3, n_bins, n_frames), float32
        A pair for each of `RANDOM_FRAMES`; the second of each is of the first length.
    """
    rng = np.random.default_rng(seed)
    return [
        (
            rng.standard_normal((3, n_bins, frames), np.float32),
            rng.standard_normal((3, n_bins, RANDOM_FRAMES[0]), np.float32),
        )
        for frames in RANDOM_FRAMES
    ]


def difference(
    network: SiameseNetwork,
    branch_path: Path,
    scorer_path: Path,
    pairs: list[tuple[Spectrogram, Spectrogram]],
) -> float:
    """Measure the largest absolute difference of any output, over all pairs.

    Parameters
    ----------
    network : SiameseNetwork
        The network in PyTorch; set to evaluation mode.
    branch_path, scorer_path : Path
        Its exported graphs.
    pairs : list of (ndarray, ndarray), shape (batch, n_bins, n_frames), float32
        CQ-spectrograms to compare on.

    Returns
    -------
    float
        At most `TOLERANCE`.

    Raises
    ------
    MismatchError
        If it is above 1e-4, or not a number.
    """
    branch = Session(branch_path, inputs=["cqt"], outputs=list(BRANCH_OUTPUTS))
    names, read = csm_names(network.scorer), network.scorer.levels
    scorer = Session(scorer_path, inputs=list(names), outputs=[SCORE])
    differences: list[float] = []
    network.eval()
    with torch.no_grad():
        for query, reference in pairs:
            levels = []
            for cqt in (query, reference):
                expected = network.branch(torch.from_numpy(cqt))
                found = branch.run({"cqt": cqt})
                differences += [
                    _largest(tensor, found[name])
                    for name, tensor in zip(BRANCH_OUTPUTS, expected, strict=True)
                ]
                levels.append(expected)
            matrices = cross_similarity(*levels)
            score = torch.sigmoid(network.scorer(*matrices))
            inputs = {
                name: matrices[level].numpy() for name, level in zip(names, read, strict=True)
            }
            differences.append(_largest(score, scorer.run(inputs)[SCORE]))
    largest = float(np.max(differences))  # which, unlike Python's max, keeps what is not a number
    if not largest <= TOLERANCE:
        raise MismatchError(
            f"ONNX Runtime and PyTorch differ by {largest:.1e} on the exported graphs, more than "
            f"{TOLERANCE:.0e}: do not use this bundle; try other versions of torch or onnxruntime."
        )
    return largest


def _largest(expected: torch.Tensor, found: NDArray[np.float32]) -> float:
    return float(np.abs(expected.numpy() - found).max())
