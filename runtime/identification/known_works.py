"""Works that are known to be likelier than others, because something is known of a recording."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from samesong.runtime.identification.posterior import reweigh
from samesong.runtime.identification.retrieval import Contender


@dataclass(frozen=True)
class KnownWorks:
    """The works that a recording may be a performance of, where its repertoire is known.

    Attributes
    ----------
    works : frozenset of str
        The works.
    odds : float
        Factor of the odds beforehand of each of them, at least 1.
    """

    works: frozenset[str]
    odds: float

    def among(self, contenders: Sequence[Contender]) -> list[Contender]:
        """Return those contenders that are among the works.

        Parameters
        ----------
        contenders : sequence of Contender
            Works that were compared. The others only show what chance reaches with the query at
            hand; their probability is that of none of the works.

        Returns
        -------
        list of Contender
            Best first.
        """
        weighed = raise_odds(contenders, lambda one: one.work_id in self.works, self.odds)
        return [one for one in weighed if one.work_id in self.works]


def raise_odds(
    contenders: Iterable[Contender], likelier: Callable[[Contender], bool], odds: float
) -> list[Contender]:
    """Weigh contenders again, with some of them more likely beforehand.

    Parameters
    ----------
    contenders : iterable of Contender
        Works with their probabilities where nothing is known of the query.
    likelier : callable
        Returns True for those that are more likely.
    odds : float
        Factor of their odds beforehand against all else, none of the works included; at least 1.

    Returns
    -------
    list of Contender
        Best first, by Bayes' rule.
    """
    found = list(contenders)
    factors = np.array([odds if likelier(one) else 1.0 for one in found])
    weighed = reweigh(np.array([one.probability for one in found]), factors)
    raised = [
        replace(one, probability=float(probability))
        for one, probability in zip(found, weighed, strict=True)
    ]
    return sorted(raised, key=lambda one: -one.probability)
