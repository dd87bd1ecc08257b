"""Retrieval metrics of a network on a fixed draw of pairs of held-out works."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from samesong.runtime.evaluation.metrics import RetrievalMetrics, retrieval_metrics
from samesong.runtime.inference.bundle import starting_values
from samesong.runtime.matching.alignment_score import alignment_scores
from samesong.runtime.matching.chroma_similarity import chroma_csms
from samesong.runtime.representation.chroma import fold
from samesong.training.batches import Batches
from samesong.training.loss import all_pairs_late_interaction
from samesong.training.network import STRIDES, SiameseNetwork, cross_similarity

Scores = NDArray[np.float32]

#: Pairs scored at once.
PAIRS_PER_BATCH = 64

#: Pairs aligned at once, so that their matrices stay in cache.
ALIGNED_AT_ONCE = 8


class Validation:
    """A fixed draw of live queries and studio references of held-out works.

    Parameters
    ----------
    batches : Batches
        Of held-out works; the first batch is taken.
    bins_per_octave : int
        Bins of the front end in an octave, for the chroma.
    """

    def __init__(self, batches: Batches, bins_per_octave: int) -> None:
        self.studio, self.live = batches[0]
        self._fitted = starting_values()
        self._bins_per_octave = bins_per_octave

    @torch.no_grad()
    def measure(self, network: SiameseNetwork, device: torch.device) -> dict[str, RetrievalMetrics]:
        """Rank every studio version for every live one.

        Parameters
        ----------
        network : SiameseNetwork
            The network to measure; set to evaluation mode.
        device : torch.device
            Device of the network.

        Returns
        -------
        dict of str to RetrievalMetrics
            By ``scorer`` (the scorer's logit), ``match`` (the logit plus the alignment scores, as
            the runtime ranks), ``alignment`` (of the coarsest level), ``late`` (late interaction on
            it) and ``embedding``.
        """
        studio, live = self._analyse(network, device)
        scorer = score_all(network, live, studio)
        deep, tonal = self._alignments(live[3], studio[3])
        scores = {
            "scorer": scorer,
            "match": self._evidence(scorer, deep, tonal),
            "alignment": deep,
            "late": all_pairs_late_interaction(live[3], studio[3]).cpu().numpy(),
            "embedding": (live[4] @ studio[4].T).cpu().numpy(),
        }
        relevant = np.eye(len(self.live), dtype=np.bool_)
        return {name: retrieval_metrics(matrix, relevant) for name, matrix in scores.items()}

    @torch.no_grad()
    def evidence(self, network: SiameseNetwork, device: torch.device) -> NDArray[np.float32]:
        """Score every pair as the runtime does before it calibrates.

        Parameters
        ----------
        network : SiameseNetwork
            The network to measure; set to evaluation mode.
        device : torch.device
            Device of the network.

        Returns
        -------
        ndarray, shape (n_live, n_studio), float32
            Evidence in log-odds, the true pairs on the diagonal.
        """
        studio, live = self._analyse(network, device)
        deep, tonal = self._alignments(live[3], studio[3])
        return self._evidence(score_all(network, live, studio), deep, tonal)

    def _analyse(
        self, network: SiameseNetwork, device: torch.device
    ) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
        network.eval()
        studio = network.branch(torch.from_numpy(self.studio).to(device))
        return studio, network.branch(torch.from_numpy(self.live).to(device))

    def _evidence(self, scorer: Scores, deep: Scores, tonal: Scores) -> Scores:
        weights = self._fitted.calibration
        return np.asarray(scorer + weights.alignment * deep + weights.chroma * tonal)

    def _alignments(self, live: Tensor, studio: Tensor) -> tuple[Scores, Scores]:
        """Return the alignment scores of all pairs by deep sequences and by chroma."""
        ours, theirs = (levels.float().cpu().numpy() for levels in (live, studio))
        our_chroma, their_chroma = (
            [fold(cqt, STRIDES[0], self._bins_per_octave) for cqt in cqts]
            for cqts in (self.live, self.studio)
        )
        alignment = self._fitted.alignment
        deep, tonal = np.zeros((2, len(ours), len(theirs)), np.float32)
        for row, (query, chroma) in enumerate(zip(ours, our_chroma, strict=True)):
            for start in range(0, len(theirs), ALIGNED_AT_ONCE):
                some = slice(start, start + ALIGNED_AT_ONCE)
                csms = query @ theirs[some].transpose(0, 2, 1)
                deep[row, some] = alignment_scores(csms, alignment, alignment.deep_chance)
                csms = chroma_csms(chroma, their_chroma[some])
                tonal[row, some] = alignment_scores(csms, alignment, alignment.chroma_chance)
        return deep, tonal


def score_all(
    network: SiameseNetwork, queries: tuple[Tensor, ...], references: tuple[Tensor, ...]
) -> NDArray[np.float32]:
    """Score all pairs with the scorer.

    Parameters
    ----------
    network : SiameseNetwork
        The network.
    queries, references : tuple of Tensor
        Outputs of its branch.

    Returns
    -------
    ndarray, shape (n_queries, n_references), float32
        Logits.
    """
    rows = []
    for query in range(len(queries[0])):
        row = []
        for start in range(0, len(references[0]), PAIRS_PER_BATCH):
            some = tuple(level[start : start + PAIRS_PER_BATCH] for level in references)
            mine = tuple(
                level[query : query + 1].expand(len(some[0]), -1, -1) for level in queries[:4]
            )
            row.append(network.scorer(*cross_similarity(mine, some)))
        rows.append(torch.cat(row))
    return torch.stack(rows).float().cpu().numpy()
