"""Sizes of networks, by name."""

from dataclasses import dataclass


@dataclass(frozen=True)
class NetworkPreset:
    """Sizes of one network.

    Attributes
    ----------
    channels : tuple of 4 ints
        Channels of the four convolution blocks.
    kernels : tuple of 4 (int, int)
        Their kernels, (semitones, frames); `samesong.training.network.kernel_bins` turns
        semitones into bins.
    dilations : tuple of 4 ints
        Their dilations in frames.
    level_dim : int
        Length of one step's vector, the same at every level.
    embedding_dim : int
        Length of the window's embedding.
    scorer_channels : tuple of 4 ints
        Channels of the four convolutions of each scorer CNN.
    hidden : tuple of 3 ints
        Widths of the first three of the scorer's four fully connected layers.
    dropout : float
        Share of the inputs of a level's projection dropped in training, in [0, 1).
    """

    channels: tuple[int, int, int, int]
    kernels: tuple[tuple[int, int], ...]
    dilations: tuple[int, int, int, int]
    level_dim: int
    embedding_dim: int
    scorer_channels: tuple[int, int, int, int]
    hidden: tuple[int, int, int]
    dropout: float


PRESETS = {
    "paper": NetworkPreset(
        channels=(20, 24, 40, 48),
        kernels=((12, 3), (5, 3), (5, 3), (5, 3)),
        dilations=(1, 2, 1, 2),
        level_dim=32,
        embedding_dim=128,
        scorer_channels=(16, 24, 32, 48),
        hidden=(96, 48, 24),
        dropout=0.05,
    ),
    "tiny": NetworkPreset(
        channels=(4, 6, 8, 8),
        kernels=((12, 3), (5, 3), (5, 3), (5, 3)),
        dilations=(1, 2, 1, 2),
        level_dim=8,
        embedding_dim=16,
        scorer_channels=(4, 4, 8, 8),
        hidden=(16, 8, 8),
        dropout=0.0,
    ),
}
