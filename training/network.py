"""The Siamese network: a branch that makes deep sequences, and a scorer of their CSMs."""

import torch
from torch import Tensor, nn

from samesong.features.spec import FeatureSpec
from samesong.training.branch import Branch
from samesong.training.presets import NetworkPreset
from samesong.training.scorer import Scorer

N_LEVELS = 4

#: Frames of the CQ-spectrogram that one step of each level covers.
STRIDES = (2, 2, 4, 4)


class SiameseNetwork(nn.Module):
    """Branch and scorer, as trained together.

    Parameters
    ----------
    preset : NetworkPreset
        Sizes of the network.
    spec : FeatureSpec
        The front end's.
    """

    def __init__(self, preset: NetworkPreset, spec: FeatureSpec) -> None:
        super().__init__()
        self.branch = Branch(preset, spec)
        self.scorer = Scorer(preset)


def cross_similarity(queries: tuple[Tensor, ...], references: tuple[Tensor, ...]) -> list[Tensor]:
    """Build the four CSMs of each pair of rows of two batches of deep sequences.

    Parameters
    ----------
    queries : tuple of Tensor, shape (batch, query_steps, dim)
        Outputs of a branch; the embedding is not used.
    references : tuple of Tensor, shape (batch, reference_steps, dim)
        Outputs of a branch; row i is compared with row i of `queries`.

    Returns
    -------
    list of Tensor, shape (batch, query_steps, reference_steps)
        One a level: cosines, in [-1, 1] up to rounding.
    """
    return [
        torch.einsum("bqd,brd->bqr", query, reference)
        for query, reference in zip(queries[:N_LEVELS], references[:N_LEVELS], strict=True)
    ]
