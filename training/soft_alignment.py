"""Smith-Waterman scores of CSMs through which gradients flow, so that alignments can be trained.

Where a path may come from several cells, a smooth maximum lets each take part as it is likely to,
as in soft-DTW (Cuturi and Blondel, "Soft-DTW: a differentiable loss function for time-series",
ICML 2017); local alignments are those of the runtime otherwise.
"""

import torch
from torch import Tensor
from torch.nn import functional

from samesong.runtime.inference.fitted import AlignmentParameters
from samesong.runtime.matching.constants import LEAST_VARIANCE

#: Added below the square root, whose slope at 0 is infinite.
_LEAST_GAIN = 1e-3


def soft_alignment_scores(
    csms: Tensor, parameters: AlignmentParameters, temperature: float
) -> Tensor:
    """Score the best local alignment in each CSM.

    Nears the square root of the gains of `samesong.runtime.matching.alignment_score.path_gains`
    as the temperature nears 0; a test compares the two.

    Parameters
    ----------
    csms : Tensor, shape (batch, query_steps, reference_steps)
        Cosines.
    parameters : AlignmentParameters
        Gains of cells and costs of moves, as in the runtime.
    temperature : float
        Of the smooth maximum over the three moves to a cell, in units of gain, above 0.

    Returns
    -------
    Tensor, shape (batch,)
        Square root of the best path's sum of gains: what chance reaches is not taken off.
    """
    gains = _gains(csms, parameters.cell_threshold)
    skips = parameters.skip_share * gains.clamp(max=0)
    # Two columns of zeros in front, and two rows: a path may begin anywhere.
    before = last = functional.pad(torch.zeros_like(csms[:, 0]), (2, 0))
    skipped_row = torch.zeros_like(csms[:, 0])
    highest = []
    for gain, skip in zip(gains.unbind(1), skips.unbind(1), strict=True):
        moves = (
            before[:, 1:-1] + skipped_row,
            last[:, 1:-1],
            last[:, :-2] + functional.pad(skip[:, :-1], (1, 0)),
        )
        path = temperature * torch.logsumexp(torch.stack(moves) / temperature, dim=0)
        total = functional.relu(path + gain)
        highest.append(total.amax(dim=1))
        before, last, skipped_row = last, functional.pad(total, (2, 0)), skip
    return (torch.stack(highest).amax(dim=0) + _LEAST_GAIN).sqrt()


def _gains(csms: Tensor, threshold: float) -> Tensor:
    """Return each cell's distance from the mean of its row and column, less the threshold."""

    def standard(axis: int) -> Tensor:
        centred = csms - csms.mean(dim=axis, keepdim=True)
        variance = centred.square().mean(dim=axis, keepdim=True)
        return centred / variance.clamp(min=LEAST_VARIANCE).sqrt()

    return 0.5 * (standard(1) + standard(2)) - threshold
