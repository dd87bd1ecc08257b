"""CSMs of a query with many stored windows, built from their codes without decoding them.

`samesong.runtime.matching.cross_similarity.csms` does the same in NumPy, with windows that were
decoded; the two agree within rounding.
"""

from collections.abc import Sequence

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
        self._csms: list[Array] = []

    def csms(
        self, query: DeepSequences, alignment: AlignmentParameters
    ) -> tuple[list[Array], Array]:
        """Build the CSMs of all levels, and align those of the coarsest.

        Parameters
        ----------
        query : DeepSequences
            Levels of any lengths.
        alignment : AlignmentParameters
            Gains of cells and costs of moves.

        Returns
        -------
        list of ndarray
            One array a level, (n_references, query_steps, reference_steps) float32 cosines, which
            the next call overwrites.
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

        for level, (_, _, (_, dim, _)) in zip(query.levels, self._levels, strict=True):
            if level.shape[1] != dim:  # the compiled loops do not check
                raise ValueError(
                    f"a level of the query has {level.shape[1]} dimensions, but that of the "
                    f"references has {dim}: compare windows of one model"
                )
        csms = self._filled(query)
        gains = np.float32(alignment.cell_threshold), np.float32(alignment.skip_share)
        best = np.empty(len(self._finer), np.float32)
        rows = [_padded(level) for level in query.levels]
        *finer, (codes, _, layout) = self._levels
        for level, (content, _, place), out in zip(rows, finer, csms, strict=False):
            cross_similarities(level, content, place, out)
        aligned_similarities(rows[-1], codes, layout, gains, csms[-1], best)
        return csms, best

    def chroma(self) -> list[Array]:
        """Decode the chroma of all windows.

        Returns
        -------
        list of ndarray
            Of each window, (steps, 12) float32.
        """
        return [chroma for (chroma,) in decode_rows(self._finer, [-1])]

    def _filled(self, query: DeepSequences) -> list[Array]:
        """Return arrays to be filled: those of the query before, if they fit.

        Fresh memory would have to be cleared by the system, page by page, in a fifth of the time.
        """
        shapes = [
            (len(self._finer), len(level), steps)
            for level, (_, steps, _) in zip(query.levels, self._levels, strict=True)
        ]
        if [csms.shape for csms in self._csms] != shapes:
            self._csms = [np.empty(shape, np.float32) for shape in shapes]
        return self._csms


def _padded(level: Array) -> Array:
    """Return a level with zeros behind its rows and dimensions, as the compiled loop takes it."""
    rows, dim = level.shape
    return np.pad(level, ((0, -rows % QUERY_ROWS), (0, -dim % FACTORS)))
