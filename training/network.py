"""The Siamese network: a branch that makes deep sequences, and a scorer of their CSMs."""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from samesong.features.spec import FeatureSpec
from samesong.training.presets import NetworkPreset

N_LEVELS = 4

#: Blocks (from 0) that halve the number of time steps.
POOLED_BLOCKS = (0, 2)

#: Frames of the CQ-spectrogram that one step of each level covers.
STRIDES = (2, 2, 4, 4)


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


class MatrixEncoder(nn.Module):
    """A CNN over two CSMs of the same size, summarised whatever that size is.

    Parameters
    ----------
    channels : tuple of 4 ints
        Channels of its convolutions.
    """

    def __init__(self, channels: tuple[int, int, int, int]) -> None:
        super().__init__()
        # The first layer strides instead of pooling: at full size it would cost more than
        # all the others together.
        layers: list[nn.Module] = [
            nn.BatchNorm2d(2),
            nn.Conv2d(2, channels[0], 5, stride=2, padding=2, bias=False),
            nn.BatchNorm2d(channels[0]),
            nn.ReLU(),
        ]
        for n_in, n_out in pairwise(channels):
            layers += [
                nn.Conv2d(n_in, n_out, 3, padding=1, bias=False),
                nn.MaxPool2d(3, stride=2, padding=1),
                nn.BatchNorm2d(n_out),
                nn.ReLU(),
            ]
        self.layers = nn.Sequential(*layers)

    def forward(self, csms: Tensor) -> Tensor:
        """Summarise CSMs.

        Parameters
        ----------
        csms : Tensor, shape (batch, 2, query_steps, reference_steps), float32
            Cosines of two levels.

        Returns
        -------
        Tensor, shape (batch, 3 * channels), float32
            For each channel the best place anywhere, and how well each part of one recording is
            matched somewhere in the other, averaged, in both directions: a song that matches
            throughout scores above one that shares a phrase.
        """
        maps = self.layers(csms)
        by_query = maps.amax(dim=3)
        by_reference = maps.amax(dim=2)
        return torch.cat([by_query.amax(dim=2), by_query.mean(dim=2), by_reference.mean(dim=2)], 1)


class Scorer(nn.Module):
    """Two parallel CNNs over the CSMs and four fully connected layers.

    Parameters
    ----------
    preset : NetworkPreset
        Sizes of the network.
    """

    def __init__(self, preset: NetworkPreset) -> None:
        super().__init__()
        self.fine = MatrixEncoder(preset.scorer_channels)
        self.coarse = MatrixEncoder(preset.scorer_channels)
        widths = (6 * preset.scorer_channels[-1], *preset.hidden)
        head: list[nn.Module] = []
        for n_in, n_out in pairwise(widths):
            head += [nn.Linear(n_in, n_out), nn.ReLU()]
        self.head = nn.Sequential(*head, nn.Linear(widths[-1], 1))

    def forward(self, csm_1: Tensor, csm_2: Tensor, csm_3: Tensor, csm_4: Tensor) -> Tensor:
        """Score pairs of recordings.

        Parameters
        ----------
        csm_1, csm_2, csm_3, csm_4 : Tensor, shape (batch, query_steps, reference_steps), float32
            Cosines between the steps of two recordings, level by level.

        Returns
        -------
        Tensor, shape (batch,), float32
            Logit of the probability that both recordings are of the same song.
        """
        fine = self.fine(torch.stack([csm_1, csm_2], dim=1))
        coarse = self.coarse(torch.stack([csm_3, csm_4], dim=1))
        logit: Tensor = self.head(torch.cat([fine, coarse], dim=1)).squeeze(1)
        return logit


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
