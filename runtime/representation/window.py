"""One window of a recording, ready to be compared with others, and its compact form."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.representation.deep_sequences import (
    COARSE,
    FINE,
    DeepSequences,
    PackedArray,
    codes_of,
    decode_rows,
    encode_rows,
    packed_arrays,
    rows_of,
)

_LEVELS_END = -2
"""Place in `PackedWindow.finer` after that of the last level: embedding and chroma follow."""


@dataclass(frozen=True, eq=False)
class Window:
    """One window of a recording, ready to be compared with others.

    Attributes
    ----------
    start, end : float
        Where it lies in the recording, in seconds.
    sequences : DeepSequences
        Its deep sequences.
    chroma : ndarray
        (steps of the first level, 12) float32, rows of length 1 (0 where there is no pitch).

    Examples
    --------
    >>> from importlib.resources import files
    >>> import samesong
    >>> path = files("samesong.runtime") / "demo_audio" / "studio_oh_susanna.opus"
    >>> window = samesong.Analyser(samesong.ModelBundle.load()).recording(path)[0]
    >>> window.start, [len(level) for level in window.sequences.levels], window.chroma.shape
    (0.0, [129, 129, 65, 65], (129, 12))
    """

    start: float
    end: float
    sequences: DeepSequences
    chroma: NDArray[np.float32]

    @property
    def layout(self) -> Hashable:
        """Equal for windows that can be compared in one batch: the shapes of their levels."""
        return tuple(level.shape for level in self.sequences.levels)

    def pack(self) -> "PackedWindow":
        """Pack the sequences and the chroma (not the span) into some 14 KB for 120 s.

        Levels as long as the finest take 4 bits a component, shorter ones 8: half of the bytes
        where most of them are, for a tenth of the spread of the scores' logits or less.
        """
        finest, *_ = *finer, coarsest = self.sequences.levels
        bits = [COARSE if len(level) == len(finest) else FINE for level in finer]
        arrays = [*finer, self.sequences.embedding[None], self.chroma]
        return PackedWindow(encode_rows(arrays, [*bits, COARSE, COARSE]), codes_of(coarsest))


class PackedWindow(NamedTuple):
    """The sequences and the chroma of a window in compact form, the coarsest level apart.

    Attributes
    ----------
    finer : bytes
        All levels but the coarsest, the embedding and the chroma.
    coarsest : ndarray
        (steps, dim) int8: the coarsest level, by which candidates are searched.
    """

    finer: bytes
    coarsest: NDArray[np.int8]


class CodedWindow(Window):
    """A window in its compact form, which is decoded when its sequences are first asked for.

    Parameters
    ----------
    start, end : float
        Where it lies in the recording, in seconds.
    packed : PackedWindow
        As of `Window.pack`.

    Raises
    ------
    ValueError
        If ``packed.finer`` is damaged.
    """

    def __init__(self, start: float, end: float, packed: PackedWindow) -> None:
        levels = packed_arrays(packed.finer)[:_LEVELS_END]
        self.__dict__.update(start=start, end=end, packed=packed, levels=levels)

    packed: PackedWindow
    levels: tuple[PackedArray, ...]
    """Where all levels but the coarsest lie in ``packed.finer``."""

    @property
    def layout(self) -> Hashable:
        """Equal for windows that are packed alike."""
        return self.levels, self.packed.coarsest.shape

    @property
    def sequences(self) -> DeepSequences:
        """Its deep sequences, decoded at the first use."""
        return self._decoded[0]

    @property
    def chroma(self) -> NDArray[np.float32]:
        """Its chroma, decoded at the first use."""
        return self._decoded[1]

    @cached_property
    def _decoded(self) -> tuple[DeepSequences, NDArray[np.float32]]:
        return _decoded([self.packed])[0]

    def pack(self) -> PackedWindow:
        """Return the compact form as it was stored, without loss.

        Returns
        -------
        PackedWindow
            The window's own.
        """
        return self.packed


def unpack(
    packed: Sequence[PackedWindow], starts: Sequence[float], ends: Sequence[float]
) -> list[Window]:
    """Return windows of what `Window.pack` packed, which are decoded when they are needed.

    Parameters
    ----------
    packed : sequence of PackedWindow
        As of `Window.pack`.
    starts, ends : sequence of float
        Where each window lies in its recording, in seconds.

    Returns
    -------
    list of Window
        In the same order.

    Raises
    ------
    ValueError
        If `finer` of one is damaged.
    """
    return [CodedWindow(*one) for one in zip(starts, ends, packed, strict=True)]


def decode(windows: Sequence[Window]) -> None:
    """Decode windows together, those that are not yet: faster than each at its first use.

    Parameters
    ----------
    windows : sequence of Window
        Any; those that were never packed are left as they are.
    """
    coded = [
        one for one in windows if isinstance(one, CodedWindow) and "_decoded" not in one.__dict__
    ]
    for one, decoded in zip(coded, _decoded([one.packed for one in coded]), strict=True):
        one.__dict__["_decoded"] = decoded


def _decoded(
    packed: Sequence[PackedWindow],
) -> list[tuple[DeepSequences, NDArray[np.float32]]]:
    finer = decode_rows([one.finer for one in packed])
    return [
        (DeepSequences((*levels, coarsest), embedding[0]), chroma)
        for coarsest, (*levels, embedding, chroma) in zip(_coarsest(packed), finer, strict=True)
    ]


def unpack_coarse(
    packed: Sequence[PackedWindow],
) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """Unpack the coarsest levels and the chroma alone, in an eighth of the time.

    Parameters
    ----------
    packed : sequence of PackedWindow
        As of `Window.pack`.

    Returns
    -------
    list of tuple of ndarray
        Of each window its coarsest level (steps, dim) and its chroma (steps, 12), float32.

    Raises
    ------
    ValueError
        As `unpack`.
    """
    chroma = decode_rows([one.finer for one in packed], [-1])
    return [(level, last) for level, (last,) in zip(_coarsest(packed), chroma, strict=True)]


def _coarsest(packed: Sequence[PackedWindow]) -> Iterator[NDArray[np.float32]]:
    if not packed:
        return iter(())
    ends = np.cumsum([len(one.coarsest) for one in packed])[:-1]
    return iter(np.split(rows_of(np.concatenate([one.coarsest for one in packed])), ends))
