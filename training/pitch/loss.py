"""How far a student's answer is from what it should be."""

import torch
from torch import Tensor, nn


def loss_of(logits: Tensor, notes: Tensor, chroma: float) -> Tensor:
    """Return the cross-entropy of notes, and how far their chroma is from what it should be.

    Parameters
    ----------
    logits, notes
        (batch, 72, frames): the student's, and activations in [0, 1].
    chroma
        Weight of the second part: 1 less the correlation of both chroma, in steps of 0.6 s, those
        without contrast left out.
    """
    loss: Tensor = nn.functional.binary_cross_entropy_with_logits(logits, notes)
    if chroma == 0:
        return loss
    ours, theirs = _chroma(torch.sigmoid(logits)), _chroma(notes)
    weight = theirs.norm(dim=1)
    cosine = nn.functional.cosine_similarity(ours, theirs, dim=1, eps=1e-4)
    apart = ((1 - cosine) * weight).sum() / weight.sum().clamp_min(1e-6)
    total: Tensor = loss + chroma * apart
    return total


def _chroma(notes: Tensor) -> Tensor:
    """Fold (batch, 72, frames) to centred chroma (batch, 12, frames // 6)."""
    batch, _, frames = notes.shape
    folded = notes.reshape(batch, 6, 12, frames).mean(dim=1)
    steps = nn.functional.avg_pool1d(folded, 6)
    return steps - steps.mean(dim=1, keepdim=True)
