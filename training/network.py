"""The Siamese network: a branch that makes deep sequences, and a scorer of their CSMs."""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from samesong.training.presets import NetworkPreset

#: Rows of a CQ-spectrogram: six octaves of semitones.
N_BINS = 72

N_LEVELS = 4

#: Blocks (from 0) that halve the number of time steps.
POOLED_BLOCKS = (0, 2)


#: Frames of the CQ-spectrogram that one step of each level covers.
STRIDES = (2, 2, 4, 4)


class Branch(nn.Module):
    """Four convolution blocks, each yielding one key-invariant deep sequence.

    Nothing is padded or pooled along pitch, so transposing the input moves every block's
    output along pitch; the maximum and mean over pitch that make the sequences do not move.
    """

    def __init__(self, preset: NetworkPreset) -> None:
        super().__init__()
        self.blocks = nn.ModuleList()
        self.projections = nn.ModuleList()
        self.heights: list[int] = []
        n_in, height = 1, N_BINS
        for index, (width, kernel, dilation) in enumerate(
            zip(preset.channels, preset.kernels, preset.dilations, strict=True)
        ):
            padding = (0, (kernel[1] - 1) // 2 * dilation)
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
        cqt : (batch, 72, frames)
            CQ-spectrograms, in any affine scale: each is standardised here again, so that a
            slice of a longer recording needs no care.

        Returns
        -------
        level_1, level_2 : (batch, ceil(frames / 2), level_dim)
        level_3, level_4 : (batch, ceil(frames / 4), level_dim)
            Rows of length 1.
        embedding : (batch, embedding_dim)
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
    """A CNN over two CSMs of the same size, summarised whatever that size is."""

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
        """Summarise CSMs of shape (batch, 2, query_steps, reference_steps).

        The summary holds, for each channel, the best place anywhere, and how well each part of
        one recording is matched somewhere in the other, averaged, in both directions: a song
        that matches throughout scores above one that shares a phrase. Shape (batch, 3 * channels).
        """
        maps = self.layers(csms)
        by_query = maps.amax(dim=3)
        by_reference = maps.amax(dim=2)
        return torch.cat([by_query.amax(dim=2), by_query.mean(dim=2), by_reference.mean(dim=2)], 1)


class Scorer(nn.Module):
    """Two parallel CNNs over the CSMs and four fully connected layers."""

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
        """Return the logit, shape (batch,), of the probability that each pair is one song.

        Parameters
        ----------
        csm_1, csm_2, csm_3, csm_4 : (batch, query_steps, reference_steps)
            Cosines between the steps of two recordings, level by level.
        """
        fine = self.fine(torch.stack([csm_1, csm_2], dim=1))
        coarse = self.coarse(torch.stack([csm_3, csm_4], dim=1))
        logit: Tensor = self.head(torch.cat([fine, coarse], dim=1)).squeeze(1)
        return logit


class SiameseNetwork(nn.Module):
    """Branch and scorer, as trained together."""

    def __init__(self, preset: NetworkPreset) -> None:
        super().__init__()
        self.branch = Branch(preset)
        self.scorer = Scorer(preset)


def cross_similarity(queries: tuple[Tensor, ...], references: tuple[Tensor, ...]) -> list[Tensor]:
    """Build the four CSMs of each pair of rows of two batches of deep sequences."""
    return [
        torch.einsum("bqd,brd->bqr", query, reference)
        for query, reference in zip(queries[:N_LEVELS], references[:N_LEVELS], strict=True)
    ]
