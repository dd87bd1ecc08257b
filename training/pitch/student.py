"""The student: a small convolutional network from a fine transform to the notes that sound.

Copies of the transform, shifted so that the partials of a note lie where the note does, are stacked
as channels (R. M. Bittner and others, "Deep salience representations for F0 estimation in
polyphonic music", ISMIR 2017). A wide look along frequency turns them into traces of pitch, three
to a semitone, those into notes, and what sounds beside a note and around it corrects its answer.
All is convolution, so a recording may have any length.

The first layers are shaped as Basic Pitch's note path is when time stands still, so that a student
can begin with what its teacher knows; see `samesong.training.pitch.inherit`.
"""

import torch
from torch import Tensor, nn

from samesong.features.notes import BINS_PER_NOTE, FINE
from samesong.training.pitch.grid import N_NOTES

PARTIALS = (0.5, 1, 2, 3, 4, 5, 6, 7)
"""Multiples of a note's frequency that are laid on top of each other."""

LEVEL_FRAMES = 61
"""Frames, six seconds, over which the loudest bins are averaged to even out loudness; odd."""

DEPTH_DB = 60.0
"""What is so far below that level counts as silence."""

ALONG, TRACE, NOTE = (39, 1), (5, 3), (7, 3)
"""Kernels of the three layers, bins and frames."""

NEAR, FAR = (3, 3), (25, 3)
"""Semitones and frames that a block looks at."""

BEYOND = 1
"""Notes that are listened for above B6, for it to be told from them."""

_TINY = 1e-9

# Above B6, all that the kernels look at is there: padding with zeros, which is not what they answer
# to silence, made B6 fall silent. Below C1 the transform has nothing to look at, so zeros it is, in
# each layer; a note's kernel begins one bin below it.
_BELOW = ALONG[0] // 2, TRACE[0] // 2, 1, 1
N_BINS = BINS_PER_NOTE * (N_NOTES + BEYOND - 1) + (NOTE[0] - 1) + TRACE[0] // 2 + ALONG[0] // 2


class Hearing(nn.Module):
    """Magnitudes to decibels below the music around them, partials stacked as channels."""

    def __init__(self) -> None:
        super().__init__()
        octave = FINE.bins_per_octave
        shifts = [round(octave * float(torch.log2(torch.tensor(k)))) for k in PARTIALS]
        self.below = -min(shifts)
        self.above = max(shifts) + N_BINS - FINE.n_bins
        self.starts = [shift + self.below for shift in shifts]
        self.around = nn.AvgPool1d(LEVEL_FRAMES, 1, LEVEL_FRAMES // 2, count_include_pad=False)

    def forward(self, magnitude: Tensor) -> Tensor:
        """Level magnitudes and stack partials; bins beyond the transform's ends are silent, 0.

        Parameters
        ----------
        magnitude : Tensor, shape (batch, 288, frames), float32
            Fine transforms, 0 or above, in any linear unit.

        Returns
        -------
        Tensor, shape (batch, partials, N_BINS, frames), float32
            About 0 (silent) to 1 (as loud as the loudest bins of the surrounding 6 s). Bin 0 is
            the lowest of C1; three bins a semitone.
        """
        level = self.around(magnitude.amax(dim=1, keepdim=True))
        floor = 10 ** (-DEPTH_DB / 20)
        # A minimum, since exporting drops a sum with so small a number, and 0 / 0 is no number.
        heard = 1 + torch.log10(magnitude / level.clamp(min=_TINY) + floor) * (20 / DEPTH_DB)
        padded = nn.functional.pad(heard, (0, 0, self.below, self.above))
        return torch.stack([padded[:, start : start + N_BINS] for start in self.starts], dim=1)


class Block(nn.Module):
    """One look around each note, added to what was known; it begins by adding nothing.

    Parameters
    ----------
    channels : int
        Channels in and out.
    far : bool
        True looks over two octaves, channel by channel; False looks at the adjacent notes, in all
        channels at once.
    """

    def __init__(self, channels: int, *, far: bool) -> None:
        super().__init__()
        look: list[nn.Module]
        if far:
            look = [
                nn.Conv2d(channels, channels, FAR, padding=_half(FAR), groups=channels, bias=False),
                nn.Conv2d(channels, channels, 1),
            ]
        else:
            look = [nn.Conv2d(channels, channels, NEAR, padding=_half(NEAR))]
        self.layers = nn.Sequential(*look, nn.ReLU(), nn.Conv2d(channels, channels, 1))
        self.forget()

    def forget(self) -> None:
        """Add nothing to what is known."""
        for parameter in self.layers[-1].parameters():
            nn.init.zeros_(parameter)

    def forward(self, x: Tensor) -> Tensor:
        """Add a correction to the channels of each note.

        Parameters
        ----------
        x : Tensor, shape (batch, channels, notes, frames), float32
            The channels of each note.

        Returns
        -------
        Tensor, shape (batch, channels, notes, frames), float32
            The corrected channels.
        """
        corrected: Tensor = x + self.layers(x)
        return corrected


class Student(nn.Module):
    """Names notes.

    Parameters
    ----------
    narrow : int, optional
        Channels that look along frequency.
    traces : int, optional
        Traces of pitch.
    wide : int, optional
        Channels of a note.
    blocks : int, optional
        Blocks; every other one, from the second on, looks far.
    """

    def __init__(self, narrow: int = 16, traces: int = 4, wide: int = 32, blocks: int = 2) -> None:
        super().__init__()
        self.hearing = Hearing()
        self.along = nn.Conv2d(len(PARTIALS), narrow, ALONG, padding=_in_time(ALONG))
        self.traces = nn.Conv2d(narrow, traces, TRACE, padding=_in_time(TRACE))
        self.notes = nn.Conv2d(traces, wide, NOTE, (BINS_PER_NOTE, 1), _in_time(NOTE))
        self.blocks = nn.Sequential(*[Block(wide, far=number % 2 == 1) for number in range(blocks)])
        self.answer = nn.Conv2d(wide, 1, (3, 1))
        nn.init.constant_(self.answer.bias, -2.0)  # type: ignore[arg-type]  # most are silent

    def forward(self, magnitude: Tensor) -> Tensor:
        """Name the notes.

        Parameters
        ----------
        magnitude : Tensor, shape (batch, 288, frames), float32
            Fine transforms, 0 or above, in any linear unit.

        Returns
        -------
        Tensor, shape (batch, 72, frames), float32
            Logits of C1 to B6.
        """
        partials = self.hearing(magnitude)
        along = torch.relu(self.along(_padded(partials, _BELOW[0])))
        traces = torch.sigmoid(self.traces(_padded(along, _BELOW[1])))
        known = self.blocks(torch.relu(self.notes(_padded(traces, _BELOW[2]))))
        answer: Tensor = self.answer(_padded(known, _BELOW[3]))
        return answer.squeeze(1)


def _padded(x: Tensor, below: int) -> Tensor:
    return nn.functional.pad(x, (0, 0, below, 0))


def _in_time(kernel: tuple[int, int]) -> tuple[int, int]:
    return 0, kernel[1] // 2


def _half(kernel: tuple[int, int]) -> tuple[int, int]:
    return kernel[0] // 2, kernel[1] // 2
