"""The object that the stages of a search hand on, and what a stage is."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.catalog.interface import TrackInfo
from samesong.runtime.identification.shards import Shards
from samesong.runtime.identification.trace import Trace
from samesong.runtime.inference.query import AtTempo
from samesong.runtime.outlines.centroid import CentroidCosines
from samesong.runtime.representation.window import Window


@dataclass(frozen=True, eq=False)
class Candidates:
    """Windows of a catalog that are close to one window of a query.

    Attributes
    ----------
    query : Window
        The query's window.
    keys : sequence of int
        Keys of the catalog's windows, best first.
    centroid_cosines : CentroidCosines
        Cosines of centroids with that of the query's window, by which they were found.
    """

    query: Window
    keys: Sequence[int]
    centroid_cosines: CentroidCosines


@dataclass(frozen=True, eq=False)
class TrackEvidence:
    """Evidence that a query is a version of a track.

    Attributes
    ----------
    evidence : float
        Log-odds, from all windows of both.
    best : float
        Log-odds of the best pair of windows alone.
    query : Window
        The query's window of that pair.
    reference_key : int
        Key of the track's window of that pair.
    keys : sequence of int
        Keys of the track's windows.
    pairs : ndarray
        (n_queries, n_windows) float64: log-odds of each pair of windows.
    """

    evidence: float
    best: float
    query: Window
    reference_key: int
    keys: Sequence[int] = ()
    pairs: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 0)))


@dataclass(frozen=True, eq=False)
class Recording:
    """A recording that was compared with a query.

    Attributes
    ----------
    track : TrackInfo
        The recording.
    found : TrackEvidence
        The evidence for it.
    """

    track: TrackInfo
    found: TrackEvidence


@dataclass(frozen=True, eq=False)
class Contender:
    """One of the best works.

    Attributes
    ----------
    work_id : str
        The work, as of `TrackInfo.work`.
    probability : float
        Probability that the query is a performance of it, 0 to 1.
    recordings : sequence of Recording
        Its recordings that were compared, the closest one first; at least one.
    """

    work_id: str
    probability: float
    recordings: Sequence[Recording]

    @property
    def closest(self) -> Recording:
        """The recording that the query is closest to."""
        return self.recordings[0]


@dataclass(frozen=True, eq=False)
class Retrieval:
    """Everything found for a query so far; each stage hands on one with more in it.

    Attributes
    ----------
    queries : sequence of Window
        Windows of one recording, of any lengths.
    trace : Trace
        What was done, and how long it took.
    shards : Shards
        Where the search looks.
    at_tempo : AtTempo or None
        Gives the query's windows at other tempos; None where it is compared at its own alone.
    candidates : sequence of Candidates
        For each of the query's windows.
    finalists : collection of str or None
        Tracks whose windows are to be scored; None stands for all tracks.
    tracks : mapping of str to TrackEvidence
        Evidence for each track that was scored, by track_id.
    contenders : sequence of Contender
        The best works, best first.
    """

    queries: Sequence[Window]
    trace: Trace
    shards: Shards
    at_tempo: AtTempo | None = None
    candidates: Sequence[Candidates] = ()
    finalists: Collection[str] | None = None
    tracks: Mapping[str, TrackEvidence] = field(default_factory=dict)
    contenders: Sequence[Contender] = ()


class Stage(Protocol):
    """A stage of a search; any function of this form can take the place of one."""

    def __call__(self, found: Retrieval, /) -> Retrieval:
        """Return what was found, with this stage's part added.

        Parameters
        ----------
        found : Retrieval
            The result of the stages before; it is not changed.

        Returns
        -------
        Retrieval
            As of `dataclasses.replace`.
        """
