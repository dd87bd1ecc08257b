"""The branch of the network: from CQ-spectrograms to deep sequences."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from samesong.features.spec import FeatureSpec
from samesong.training.presets import NetworkPreset

#: Blocks (from 0) that halve the number of time steps.
POOLED_BLOCKS = (0, 2)


def kernel_bins(semitones: int, bins_per_octave: int, height: int) -> int:
    """Return the height of a kernel in bins.

    Parameters
    ----------
    semitones : int
        Height in semitones, as presets give it.
    bins_per_octave : int
        Bins of the front end in an octave.
    height : int
        Rows of the kernel's input.

    Returns
    -------
    int
        At least 1, and at most half of `height`, so that the maximum over pitch that follows has
        several places to choose from; no preset comes near that with six octaves.
    """
    return max(1, min(round(semitones * bins_per_octave / 12), (height + 1) // 2))


class Branch(nn.Module):
    """Four convolution blocks, each yielding one key-invariant deep sequence.

    Nothing is padded or pooled along pitch, so transposing the input moves every block's
    output along pitch; the maximum and mean over pitch that make the sequences do not move.

    Parameters
    ----------
    preset : NetworkPreset
        Sizes of the network.
    spec : FeatureSpec
        The front end's: the number of bins, and of those in an octave.
    """

    def __init__(self, preset: NetworkPreset, spec: FeatureSpec) -> None:
        super().__init__()
        self.blocks = nn.ModuleList()
        self.projections = nn.ModuleList()
        self.heights: list[int] = []
        n_in, height = 1, spec.n_bins
        for index, (width, (semitones, frames), dilation) in enumerate(
            zip(preset.channels, preset.kernels, preset.dilations, strict=True)
        ):
            kernel = (kernel_bins(semitones, spec.bins_per_octave, height), frames)
            padding = (0, (frames - 1) // 2 * dilation)
            # Pooling before normalising, not after, halves the memory the block moves.
            pool = nn.MaxPool2d((1, 2), ceil_mode=True) if index in POOLED_BLOCKS else nn.Identity()
            self.blocks.append(
                nn.Sequential(
                    nn.Conv2d(
                        n_in, width, kernel, dilation=(1, dilation), padding=padding, bias=False
                    ),
                    pool,
                    nn.BatchNorm2d(width),
                    nn.ReLU(),
                )
            )
            # Centred first: all-positive features would make every cosine nearly 1.
            self.projections.append(
                nn.Sequential(
                    nn.BatchNorm1d(2 * width),
                    nn.Dropout(preset.dropout),
                    nn.Conv1d(2 * width, preset.level_dim, 1),
                )
            )
            n_in, height = width, height - kernel[0] + 1
            self.heights.append(height)
        self.embedding = nn.Sequential(
            nn.BatchNorm1d(4 * preset.channels[-1]),
            nn.Linear(4 * preset.channels[-1], preset.embedding_dim),
        )

    def forward(self, cqt: Tensor) -> tuple[Tensor, ...]:
        """Turn CQ-spectrograms into deep sequences and an embedding.

        Parameters
        ----------
        cqt : Tensor, shape (batch, n_bins, frames), float32
            CQ-spectrograms, in any affine scale: each is standardised here again, so that a
            slice of a longer recording needs no care.

        Returns
        -------
        level_1, level_2 : Tensor, shape (batch, ceil(frames / 2), level_dim), float32
            The two finer sequences, rows of length 1.
        level_3, level_4 : Tensor, shape (batch, ceil(frames / 4), level_dim), float32
            The two coarser ones, rows of length 1.
        embedding : Tensor, shape (batch, embedding_dim), float32
            Rows of length 1.
        """
        mean = cqt.mean(dim=(1, 2), keepdim=True)
        deviation = (cqt - mean).square().mean(dim=(1, 2), keepdim=True).sqrt()
        features = ((cqt - mean) / (deviation + 1e-5)).unsqueeze(1)
        levels: list[Tensor] = []
        pooled = features
        for block, projection, height in zip(
            self.blocks, self.projections, self.heights, strict=True
        ):
            features = block(features)
            # max_pool2d, not amax: its backward pass follows indices instead of comparing again.
            highest = functional.max_pool2d(features, (height, 1)).squeeze(2)
            pooled = torch.cat([highest, features.mean(dim=2)], dim=1)
            levels.append(functional.normalize(projection(pooled).transpose(1, 2), dim=2))
        summary = torch.cat([pooled.amax(dim=2), pooled.mean(dim=2)], dim=1)
        return (*levels, functional.normalize(self.embedding(summary), dim=1))
