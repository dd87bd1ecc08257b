"""The scorer of the network: from the CSMs of two recordings to the odds of one song."""

from itertools import pairwise

import torch
from torch import Tensor, nn

from samesong.training.presets import NetworkPreset


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
    """One or two parallel CNNs over the CSMs and four fully connected layers.

    Parameters
    ----------
    preset : NetworkPreset
        Sizes of the network.

    Attributes
    ----------
    levels : tuple of int
        Levels, from 0, whose CSMs it reads.
    """

    def __init__(self, preset: NetworkPreset) -> None:
        super().__init__()
        self.fine = MatrixEncoder(preset.scorer_channels) if preset.finer else None
        self.coarse = MatrixEncoder(preset.scorer_channels)
        self.levels = (0, 1, 2, 3) if preset.finer else (2, 3)
        widths = (len(self.levels) // 2 * 3 * preset.scorer_channels[-1], *preset.hidden)
        head: list[nn.Module] = []
        for n_in, n_out in pairwise(widths):
            head += [nn.Linear(n_in, n_out), nn.ReLU()]
        self.head = nn.Sequential(*head, nn.Linear(widths[-1], 1))

    def forward(self, *csms: Tensor) -> Tensor:
        """Score pairs of recordings.

        Parameters
        ----------
        *csms : Tensor, shape (batch, query_steps, reference_steps), float32
            Cosines between the steps of two recordings, of all four levels or of `levels` alone,
            finest first.

        Returns
        -------
        Tensor, shape (batch,), float32
            Logit of the probability that both recordings are of the same song.
        """
        summary = self.coarse(torch.stack(csms[-2:], dim=1))
        if self.fine is not None:
            fine = self.fine(torch.stack(csms[:2], dim=1))
            summary = torch.cat([fine, summary], dim=1)
        logit: Tensor = self.head(summary).squeeze(1)
        return logit
