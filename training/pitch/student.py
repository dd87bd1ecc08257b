"""The student: a small convolutional network from a fine transform to the notes that sound.

Copies of the transform, shifted so that the partials of a note lie where the note does, are stacked
as channels (R. M. Bittner and others, "Deep salience representations for F0 estimation in
polyphonic music", ISMIR 2017). All is convolution, so a recording may have any length.
"""

import torch
from torch import Tensor, nn

from samesong.features.notes import BINS_PER_NOTE, FINE
from samesong.training.pitch.grid import N_NOTES

PARTIALS = (0.5, 1, 2, 3, 4, 5, 6, 7)
"""Multiples of a note's frequency that are laid on top of each other."""

LEVEL_FRAMES = 61
"""Frames, six seconds, over which loudness is evened out; odd."""

FLOOR = 0.01
"""Share of the local level that is added before taking logarithms: 40 dB below it is silence."""

NEAR, FAR = (3, 3), (25, 3)
"""Semitones and frames that a block looks at."""

N_BINS = BINS_PER_NOTE * N_NOTES
_TINY = 1e-9


class Hearing(nn.Module):
    """Magnitudes to levels relative to the music around them, partials stacked as channels."""

    def __init__(self) -> None:
        super().__init__()
        octave = FINE.bins_per_octave
        shifts = [round(octave * float(torch.log2(torch.tensor(k)))) for k in PARTIALS]
        self.below = -min(shifts)
        self.above = max(0, N_BINS + max(shifts) - FINE.n_bins)
        self.starts = [shift + self.below for shift in shifts]
        self.around = nn.AvgPool1d(LEVEL_FRAMES, 1, LEVEL_FRAMES // 2, count_include_pad=False)

    def forward(self, magnitude: Tensor) -> Tensor:
        """Return (batch, partials, 216, frames) of magnitudes (batch, 288, frames)."""
        level = self.around(magnitude.mean(dim=1, keepdim=True))
        heard = torch.log(magnitude / (level + _TINY) + FLOOR)
        silence = float(torch.log(torch.tensor(FLOOR)))
        padded = nn.functional.pad(heard, (0, 0, self.below, self.above), value=silence)
        return torch.stack([padded[:, start : start + N_BINS] for start in self.starts], dim=1)


class Block(nn.Module):
    """One look around each note, added to what was known.

    Parameters
    ----------
    channels
        In and out.
    far
        Whether it looks over two octaves, channel by channel, or at the notes beside all at once.
    """

    def __init__(self, channels: int, *, far: bool) -> None:
        super().__init__()
        look: list[nn.Module]
        if far:
            look = [
                nn.Conv2d(channels, channels, FAR, padding=_half(FAR), groups=channels, bias=False),
                nn.Conv2d(channels, channels, 1, bias=False),
            ]
        else:
            look = [nn.Conv2d(channels, channels, NEAR, padding=_half(NEAR), bias=False)]
        self.layers = nn.Sequential(*look, nn.BatchNorm2d(channels), nn.ReLU())

    def forward(self, x: Tensor) -> Tensor:
        """Keep the shape (batch, channels, 72, frames)."""
        known: Tensor = self.layers(x)
        return x + known


class Student(nn.Module):
    """Names notes.

    Parameters
    ----------
    narrow
        Channels at three bins a semitone.
    wide
        Channels at one.
    blocks
        Blocks, every other one of which looks far.
    """

    def __init__(self, narrow: int = 12, wide: int = 32, blocks: int = 4) -> None:
        super().__init__()
        self.hearing = Hearing()
        self.fine = nn.Sequential(
            nn.BatchNorm2d(len(PARTIALS)),
            *_convolution(len(PARTIALS), narrow, (5, 3), (1, 1)),
            *_convolution(narrow, narrow, (3, 3), (1, 1)),
            *_convolution(narrow, wide, (BINS_PER_NOTE, 3), (BINS_PER_NOTE, 1)),
        )
        self.blocks = nn.Sequential(*[Block(wide, far=number % 2 == 1) for number in range(blocks)])
        self.answer = nn.Conv2d(wide, 1, 1)
        nn.init.constant_(self.answer.bias, -3.0)  # most notes are silent

    def forward(self, magnitude: Tensor) -> Tensor:
        """Return the logits of notes (batch, 72, frames) in magnitudes (batch, 288, frames)."""
        answer: Tensor = self.answer(self.blocks(self.fine(self.hearing(magnitude))))
        return answer.squeeze(1)


def _convolution(
    inputs: int, outputs: int, kernel: tuple[int, int], stride: tuple[int, int]
) -> list[nn.Module]:
    """Return a convolution that keeps frames, and bins unless its stride takes them together."""
    padding = (0, kernel[1] // 2) if stride[0] > 1 else _half(kernel)
    return [
        nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    ]


def _half(kernel: tuple[int, int]) -> tuple[int, int]:
    return kernel[0] // 2, kernel[1] // 2
