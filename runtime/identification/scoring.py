"""Scoring: the evidence for each finalist, from all pairs of windows with the query's."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from samesong.runtime.catalog.interface import ReferenceWindows, StoredWindow
from samesong.runtime.identification.retrieval import Retrieval, TrackEvidence
from samesong.runtime.matching.pooling import pooled
from samesong.runtime.matching.scorer import Scorer
from samesong.runtime.representation.window import Window

HELD = 2048
"""Windows that are held, packed, once they were scored, in case they are aligned: 30 MB. Of more,
which only an exhaustive search scores, the few best are read again."""

KeysOf = Callable[[Collection[str]], list[int] | None]
"""Gives the keys of all windows of some tracks, or None where that takes reading them all."""


class ScoringStage:
    """Last stage of a search: the evidence for each of the finalists.

    Parameters
    ----------
    catalog : ReferenceWindows
        Where the finalists are from.
    scorer : Scorer
        Of the catalog's model.
    temperature : float
        ``pooling.temperature`` of that model.
    keys_of : callable
        Finds the windows of the finalists.
    """

    def __init__(
        self, catalog: ReferenceWindows, scorer: Scorer, temperature: float, keys_of: KeysOf
    ) -> None:
        self._catalog = catalog
        self._scorer = scorer
        self._temperature = temperature
        self._keys_of = keys_of

    def __call__(self, found: Retrieval, /) -> Retrieval:
        """Add the evidence for each track.

        Parameters
        ----------
        found : Retrieval
            The query, and its `finalists`.

        Returns
        -------
        Retrieval
            With `tracks`, and with `windows` unless there are more than `HELD`.
        """
        if found.finalists is None:
            return self.score(found, self._catalog.iter_windows())
        with found.trace.time("read"):
            windows = self.windows_of(found.finalists, found.windows)
        return self.score(found, [windows])

    def windows_of(
        self, track_ids: Collection[str], held: Mapping[int, StoredWindow] | None = None
    ) -> list[StoredWindow]:
        """Return the windows of those tracks that are there.

        Parameters
        ----------
        track_ids : collection of str
            Tracks that may be in the catalog.
        held : mapping of int to StoredWindow, optional
            Windows that were read before, by their keys; they are not read again.

        Returns
        -------
        list of StoredWindow
            In any order.
        """
        held = held or {}
        tracks = self._catalog.find_tracks(track_ids)
        wanted = {track_id for track_id in track_ids if track_id in tracks}
        keys = self._keys_of(wanted)
        if keys is None:
            return list(self._catalog.windows_of(list(wanted)))
        missing = [key for key in keys if key not in held]
        windows = [held[key] for key in keys if key in held]
        windows += self._catalog.read(missing) if missing else []
        return [one for one in windows if one.track_id in wanted]

    def score(self, found: Retrieval, references: Iterable[Sequence[StoredWindow]]) -> Retrieval:
        """Score windows of tracks, batch by batch.

        Parameters
        ----------
        found : Retrieval
            The query.
        references : iterable of sequence of StoredWindow
            Windows in any order; those of one track may lie in several batches.

        Returns
        -------
        Retrieval
            As of a call.
        """
        tables = []
        known: list[tuple[str, int]] = []
        held: dict[int, StoredWindow] = {}
        for stored in references:
            with found.trace.time("score"):
                tables.append(self._scorer.matrix(found.queries, [one.window for one in stored]))
            known += [(one.track_id, one.key) for one in stored]
            if len(known) <= HELD:
                held |= {one.key: one for one in stored}
        if not known:
            return found
        found.trace.pairs += len(found.queries) * len(known)
        tracks = self._pooled(found.queries, np.concatenate(tables, axis=1), known)
        return replace(found, tracks=tracks, windows=held if len(known) <= HELD else {})

    def _pooled(
        self, queries: Sequence[Window], table: np.ndarray, known: Sequence[tuple[str, int]]
    ) -> dict[str, TrackEvidence]:
        """Pool the evidence (n_queries, n_windows) of windows by track."""
        order = sorted(range(len(known)), key=known.__getitem__)
        evidence = table[:, order]
        track_ids, firsts = np.unique([known[i][0] for i in order], return_index=True)
        tracks: dict[str, TrackEvidence] = {}
        for track_id, total, columns in zip(
            track_ids.tolist(),
            pooled(evidence, firsts, self._temperature).tolist(),
            np.split(evidence, firsts[1:], axis=1),
            strict=True,
        ):
            window, place = divmod(int(columns.argmax()), columns.shape[1])
            _, key = known[order[firsts[len(tracks)] + place]]
            best = float(columns[window, place])
            tracks[track_id] = TrackEvidence(total, best, queries[window], key)
        return tracks
