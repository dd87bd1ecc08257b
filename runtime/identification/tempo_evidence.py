"""Evidence at the tempo of an alignment: the query is stretched to it, and scored once more.

A network judges what is played at another tempo as less alike than it is. Stretching the query to
all tempos would give wrong tracks as many chances to look alike by accident; so each gets a single
one, at the tempo at which it is most like the query, and the mean with the evidence before counts.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from samesong.runtime.identification.retrieval import TrackEvidence
from samesong.runtime.identification.shortlist import finalists
from samesong.runtime.inference.fitted import TempoParameters
from samesong.runtime.inference.query import AtTempo
from samesong.runtime.matching.cross_similarity import products
from samesong.runtime.matching.pooling import pooled
from samesong.runtime.matching.scorer import Scorer
from samesong.runtime.matching.step_gains import contrast
from samesong.runtime.matching.tempo import LINE, tempo_ratio
from samesong.runtime.representation.window import Window


class TempoEvidence:
    """Scores the best works again, each recording at the tempo of its own alignment with a query.

    Parameters
    ----------
    scorer : Scorer
        Of the model.
    parameters : TempoParameters
        Of the model; so is the next.
    temperature : float
        ``pooling.temperature``.
    """

    def __init__(self, scorer: Scorer, parameters: TempoParameters, temperature: float) -> None:
        self._scorer = scorer
        self._parameters = parameters
        self._temperature = temperature

    def __call__(
        self,
        queries: Sequence[Window],
        at_tempo: AtTempo,
        found: Mapping[str, TrackEvidence],
        works: Mapping[str, str],
        read: Callable[[Sequence[int]], Mapping[int, Window]],
    ) -> dict[str, TrackEvidence]:
        """Return the evidence for tracks, with that of the best works at their tempos.

        Works are chosen, not recordings, as for the shortlist. Of a recording at another tempo, the
        query's window that it is closest to is stretched; each of its pairs has the mean of both
        figures as its evidence then. What is stretched once serves all of that tempo.

        Parameters
        ----------
        queries : sequence of Window
            Windows of one recording.
        at_tempo : callable
            Gives them at other tempos.
        found : mapping of str to TrackEvidence
            By track_id.
        works : mapping of str to str
            The work of each of these tracks.
        read : callable
            Gives windows of these tracks by their keys.

        Returns
        -------
        dict of str to TrackEvidence
            By track_id, in the same order.
        """
        evidence = {track_id: found[track_id].evidence for track_id in works}
        chosen = finalists(evidence, works, self._parameters.works)
        references = read([key for track_id in chosen for key in found[track_id].keys])
        tracks = dict(found)
        stretched: dict[tuple[Window, int], Window] = {}
        for track_id in chosen:
            one = found[track_id]
            steps = self._steps(one.query, references[one.reference_key])
            if not steps:
                continue
            if (one.query, steps) not in stretched:
                ratio = self._parameters.step**steps
                stretched[one.query, steps] = at_tempo(one.query, ratio)
            query = stretched[one.query, steps]
            pairs, row = one.pairs.copy(), queries.index(one.query)
            pairs[row] += self._scorer(query, [references[key] for key in one.keys])
            pairs[row] /= 2
            [total] = pooled(pairs, np.zeros(1, np.int64), self._temperature).tolist()
            tracks[track_id] = replace(one, evidence=total, best=float(pairs.max()), pairs=pairs)
        return tracks

    def _steps(self, query: Window, reference: Window) -> int:
        """Return by how many steps of tempo a query is above a reference."""
        ratio = coarse_tempo_ratio(query, reference)
        return round(float(np.log(ratio) / np.log(self._parameters.step)))


def coarse_tempo_ratio(query: Window, reference: Window) -> float:
    """Return the tempo of a query divided by that of a reference, from their coarsest levels.

    That takes a quarter of the time of all levels.

    Parameters
    ----------
    query, reference : Window
        Windows made by one model.

    Returns
    -------
    float
        As `samesong.runtime.matching.tempo.tempo_ratio`.
    """
    levels = query.sequences.levels
    [csm] = products(levels[-1], reference.sequences.levels[-1][None])
    return tempo_ratio(contrast(csm), max(1, LINE * len(levels[-1]) // len(levels[0])))
