"""One window of a recording, ready to be compared with others, and its compact form."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.representation.deep_sequences import (
    COARSE,
    FINE,
    DeepSequences,
    codes_of,
    decode_rows,
    encode_rows,
    rows_of,
)


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


def unpack(
    packed: Sequence[PackedWindow], starts: Sequence[float], ends: Sequence[float]
) -> list[Window]:
    """Unpack windows.

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
    finer = decode_rows([one.finer for one in packed])
    return [
        Window(start, end, DeepSequences((*levels, coarsest), embedding[0]), chroma)
        for start, end, coarsest, (*levels, embedding, chroma) in zip(
            starts, ends, _coarsest(packed), finer, strict=True
        )
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
