"""Trials: every query against every reference, from which curves and reliability are taken."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.evaluation.metrics import RetrievalMetrics, retrieval_metrics
from samesong.runtime.evaluation.reliability import Reliability, measure_reliability
from samesong.runtime.identification.posterior import posterior_rows, posteriors
from samesong.runtime.inference.fitted import PosteriorParameters
from samesong.runtime.matching.scorer import probability

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Trials:
    """Scores of queries against references, and which of them are of one work.

    Attributes
    ----------
    scores : ndarray
        (n_queries, n_references) float64: evidence, in log-odds.
    relevant : ndarray
        (n_queries, n_references) bool: True for references of the query's work.
    valid : ndarray
        (n_queries, n_references) bool: False leaves a reference out for that query (its own
        recording).
    posterior : PosteriorParameters
        Of the model that the scores are from; identification answers by them.
    works : ndarray or None
        (n_references,): the work of each reference; None where each is of a work of its own.
        Identification names works, not recordings.
    """

    scores: NDArray[np.float64]
    relevant: NDArray[np.bool_]
    valid: NDArray[np.bool_]
    posterior: PosteriorParameters
    works: NDArray[Any] | None = None

    def over_works(self) -> "Trials":
        """Return the trials of queries against works: each has the evidence of its best reference.

        Returns
        -------
        Trials
            With a column a work, and each a work of its own.
        """
        if self.works is None:
            return self
        names, places = np.unique(self.works, return_inverse=True)
        shape = (len(names), len(self.scores))
        scores = np.full(shape, -np.inf)
        np.maximum.at(scores, places, np.where(self.valid, self.scores, -np.inf).T)
        relevant, valid = np.zeros(shape, np.bool_), np.zeros(shape, np.bool_)
        np.logical_or.at(relevant, places, self.relevant.T)
        np.logical_or.at(valid, places, self.valid.T)
        return Trials(scores.T, relevant.T, valid.T, self.posterior)

    def metrics(self) -> RetrievalMetrics:
        """Return the accuracy with which queries find their references."""
        return retrieval_metrics(self.scores, self.relevant, self.valid)

    def rank_curve(self) -> Floats:
        """Return the cumulative match curve.

        Returns
        -------
        ndarray
            (n_references,) float64: at k - 1 the share of queries, of those with a true reference,
            that have one among their best k. Empty when no query has one. References of equal score
            are ranked true ones last.
        """
        counted = (self.relevant & self.valid).any(axis=1)
        if not counted.any():
            return np.empty(0)
        scores = np.where(self.valid, self.scores, -np.inf)[counted]
        true = (self.relevant & self.valid)[counted]
        best = np.where(true, scores, -np.inf).max(axis=1)
        ahead = (~true & self.valid[counted] & (scores >= best[:, None])).sum(axis=1)
        return np.bincount(ahead, minlength=self.scores.shape[1]).cumsum() / len(true)

    def acceptance(self) -> tuple[Floats, Floats, Floats]:
        """Return the receiver operating characteristic of naming the best answer.

        Each query that has a true work and a wrong one is asked twice: with its true work, and
        without it. Answers have the probabilities that identification gives them,
        `samesong.runtime.identification.posterior.posteriors`.

        Returns
        -------
        thresholds : ndarray
            (n,): each probability of an answer that occurs, falling; an answer is named from there
            on. Empty when no query has both.
        false_accepts : ndarray
            (n,): share of the queries that are named something else once their true references are
            taken out.
        true_accepts : ndarray
            (n,): share of the queries that are named rightly.
        """
        found = self.over_works()
        true, false = found.relevant & found.valid, ~found.relevant & found.valid
        both = true.any(axis=1) & false.any(axis=1)
        true, false, scores = true[both], false[both], found.scores[both]
        if not len(scores):
            return np.empty(0), np.empty(0), np.empty(0)
        asked = posterior_rows(scores, true | false, self.posterior)
        right = np.where(true, asked, -1).max(axis=1)
        right = np.where(right > np.where(false, asked, -1).max(axis=1), right, -1)
        wrong = posterior_rows(scores, false, self.posterior).max(axis=1)
        thresholds = np.unique(np.concatenate([right[right >= 0], wrong]))[::-1]
        shares = [(one >= thresholds[:, None]).mean(axis=1) for one in (wrong, right)]
        return thresholds, shares[0], shares[1]

    def best_answers(self) -> Reliability | None:
        """Compare how often the best answers of queries are right with what identification claims.

        It claims the best of the `samesong.runtime.identification.posterior.posteriors`. Queries
        without a true reference count as well: their best answer is wrong.

        Returns
        -------
        Reliability or None
            None when no query has a reference.
        """
        claims, outcomes = [], []
        found = self.over_works()
        for scores, relevant, valid in zip(found.scores, found.relevant, found.valid, strict=True):
            if valid.any():
                told = posteriors(scores[valid], int(valid.sum()), self.posterior)
                claims.append(told.max())
                outcomes.append(relevant[valid][told.argmax()])
        return measure_reliability(np.array(claims), np.array(outcomes)) if claims else None

    def pairs(self) -> Reliability | None:
        """Compare how often pairs are of one work with what their probability claims.

        True pairs together weigh as much as wrong ones, as the calibration of a model has it.

        Returns
        -------
        Reliability or None
            None when there are no true pairs or no wrong ones.
        """
        scores, relevant = self.scores[self.valid], self.relevant[self.valid]
        if relevant.all() or not relevant.any():
            return None
        weights = np.where(relevant, 1 / relevant.sum(), 1 / (~relevant).sum())
        return measure_reliability(probability(scores), relevant, weights)

    def reliability(self) -> dict[str, Any]:
        """Return `best_answers` and `pairs` for JSON; None for one that cannot be taken."""
        answers, pairs = self.best_answers(), self.pairs()
        return {
            "best_answers": answers and answers.to_dict(),
            "pairs": pairs and pairs.to_dict(),
        }
