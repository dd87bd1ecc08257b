"""Sizes of networks, by name."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class NetworkPreset:
    """Sizes of one network.

    Attributes
    ----------
    channels : tuple of 4 ints
        Channels of the four convolution blocks.
    kernels : tuple of 4 (int, int)
        Their kernels, (semitones, frames); `samesong.training.branch.kernel_bins` turns
        semitones into bins.
    dilations : tuple of 4 ints
        Their dilations in frames.
    level_dim : int
        Length of one step's vector, the same at every level.
    embedding_dim : int
        Length of the window's embedding.
    scorer_channels : tuple of 4 ints
        Channels of the four convolutions of each scorer CNN.
    finer : bool
        Whether a second CNN of the scorer reads the two finer CSMs, which hold four times as many
        cells as those of the coarser ones.
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
    finer: bool
    hidden: tuple[int, int, int]
    dropout: float

    def shares_branch(self, other: "NetworkPreset") -> bool:
        """Tell whether both make the same branch, whatever their scorers.

        Parameters
        ----------
        other : NetworkPreset
            The preset to compare with.

        Returns
        -------
        bool
            True if weights of one branch fit the other.
        """
        as_mine = replace(
            other, scorer_channels=self.scorer_channels, finer=self.finer, hidden=self.hidden
        )
        return as_mine == self


_PAPER = NetworkPreset(
    channels=(20, 24, 40, 48),
    kernels=((12, 3), (5, 3), (5, 3), (5, 3)),
    dilations=(1, 2, 1, 2),
    level_dim=32,
    embedding_dim=128,
    scorer_channels=(16, 24, 32, 48),
    finer=True,
    hidden=(96, 48, 24),
    dropout=0.05,
)
_TINY = NetworkPreset(
    channels=(4, 6, 8, 8),
    kernels=((12, 3), (5, 3), (5, 3), (5, 3)),
    dilations=(1, 2, 1, 2),
    level_dim=8,
    embedding_dim=16,
    scorer_channels=(4, 4, 8, 8),
    finer=True,
    hidden=(16, 8, 8),
    dropout=0.0,
)

PRESETS = {
    "paper": _PAPER,
    # A fifth of the paper's multiplications a pair; its scorer is distilled (`training.distil`).
    "compact": replace(_PAPER, scorer_channels=(16, 24, 32, 44), finer=False),
    "tiny": _TINY,
    "tiny_compact": replace(_TINY, finer=False),
}
