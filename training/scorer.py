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
