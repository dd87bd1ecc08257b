"""CSMs of a query with many stored windows, built from their codes without decoding them.

`samesong.runtime.matching.cross_similarity.csms` does the same in NumPy, with windows that were
decoded; the two agree within rounding.
"""

from collections.abc import Sequence
from threading import local

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.inference.fitted import AlignmentParameters
from samesong.runtime.matching.constants import FACTORS, QUERY_ROWS
from samesong.runtime.representation.deep_sequences import FINE, DeepSequences, decode_rows
from samesong.runtime.representation.window import CodedWindow

Array = NDArray[np.float32]


class CodedBatch:
    """Stored windows of one layout, to be compared with one query after another.

    Parameters
    ----------
    references : sequence of CodedWindow
        At least one; all of one `CodedWindow.layout`.
    """

    def __init__(self, references: Sequence[CodedWindow]) -> None:
        first = references[0]
        self._finer = [one.packed.finer for one in references]
        coarsest = np.stack([one.packed.coarsest for one in references])
        _, steps, dim = coarsest.shape
        finer = np.frombuffer(b"".join(self._finer), np.uint8).reshape(len(references), -1)
        # Of each level: the codes of all references, its steps, and where and how they lie there.
        self._levels = [
            (finer, level.steps, (level.begin, level.dim, level.bits)) for level in first.levels
        ]
        codes = coarsest.view(np.uint8).reshape(len(references), -1)
        self._levels.append((codes, steps, (0, dim, FINE)))

    def csms(
        self,
        query: DeepSequences,
        alignment: AlignmentParameters,
        levels: Sequence[int] | None = None,
    ) -> tuple[list[Array], Array]:
        """Build CSMs, and align those of the coarsest level.

        Parameters
        ----------
        query : DeepSequences
            Levels of any lengths.
        alignment : AlignmentParameters
            Gains of cells and costs of moves.
        levels : sequence of int, optional
            Levels, from 0, to build the CSMs of, finest first; all by default. The coarsest level,
            which is aligned, comes with them.

        Returns
        -------
        list of ndarray
            One array for each of these levels, the coarsest last: (n_references, query_steps,
            reference_steps) float32 cosines, which the next call of this thread overwrites, of any
            batch.
        ndarray
            (n_references,) float32: the sum of gains of the best path through each coarsest CSM,
            as of `samesong.runtime.matching.alignment_score.path_gains`.

        Raises
        ------
        ValueError
            If the query has levels of another number or of other dimensions.
        """
        from samesong.runtime.matching.csm_kernels import (  # noqa: PLC0415  (loads Numba)
            aligned_similarities,
            cross_similarities,
        )

        for ours, (_, _, (_, dim, _)) in zip(query.levels, self._levels, strict=True):
            if ours.shape[1] != dim:  # the compiled loops do not check
                raise ValueError(
                    f"a level of the query has {ours.shape[1]} dimensions, but that of the "
                    f"references has {dim}: compare windows of one model"
                )
        last = len(self._levels) - 1
        built = [*(level for level in range(last) if levels is None or level in levels), last]
        csms = _MEMORY.arrays(
            [
                (len(self._finer), len(query.levels[level]), self._levels[level][1])
                for level in built
            ]
        )
        gains = np.float32(alignment.cell_threshold), np.float32(alignment.skip_share)
        best = np.empty(len(self._finer), np.float32)
        for level, out in zip(built, csms, strict=True):
            rows = _padded(query.levels[level])
            codes, _, layout = self._levels[level]
            if level == last:
                aligned_similarities(rows, codes, layout, gains, out, best)
            else:
                cross_similarities(rows, codes, layout, out)
        return csms, best

    def chroma(self) -> list[Array]:
        """Decode the chroma of all windows.

        Returns
        -------
        list of ndarray
            Of each window, (steps, 12) float32.
        """
        return [chroma for (chroma,) in decode_rows(self._finer, [-1])]


class _Memory(local):
    """Arrays of one thread that CSMs are built in, batch after batch.

    Fresh memory would have to be cleared by the system, page by page, in a fifth of the time.
    """

    def __init__(self) -> None:
        self._arrays: list[Array] = []

    def arrays(self, shapes: Sequence[tuple[int, int, int]]) -> list[Array]:
        """Return one array for each shape (n_references, query_steps, reference_steps)."""
        fitting = len(self._arrays) == len(shapes) and all(
            array.shape[1:] == shape[1:] and len(array) >= shape[0]
            for array, shape in zip(self._arrays, shapes, strict=True)
        )
        if not fitting:
            self._arrays = [np.empty(shape, np.float32) for shape in shapes]
        return [array[:count] for array, (count, *_) in zip(self._arrays, shapes, strict=True)]


_MEMORY = _Memory()


def _padded(level: Array) -> Array:
    """Return a level with zeros behind its rows and dimensions, as the compiled loop takes it."""
    rows, dim = level.shape
    padded = np.zeros((rows + -rows % QUERY_ROWS, dim + -dim % FACTORS), np.float32)
    padded[:rows, :dim] = level  # `numpy.pad` takes ten times as long
    return padded
