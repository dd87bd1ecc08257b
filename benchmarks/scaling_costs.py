"""What catalogs of millions of tracks cost, by the unit costs that were measured and assumptions.

Costs are of the search as it is: `samesong.runtime.identification` says how many windows it
compares in each stage. Shards share that work: they choose what is looked at closer together.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.identification import version_finder
from samesong.runtime.identification.candidates import SCANNED, SHARE
from samesong.runtime.inference.segmentation import MIN_REST, QUERY_HOP, REFERENCE_HOP, starts
from samesong.runtime.setlist.cell_evidence import CELL, CONTEXT

Settings = Mapping[str, Any]

WINDOW = 120
"""Seconds of a whole window."""

_MONTH_HOURS = 730.0


@dataclass(frozen=True)
class UnitCosts:
    """Unit costs as `unit_costs.measure` returns them.

    Attributes
    ----------
    measured : mapping
        All of them.
    store : mapping, optional
        As `unit_costs.measure_store` returns it; only the price of requests needs it.
    """

    measured: Mapping[str, Any]
    store: Mapping[str, float] = field(default_factory=dict)

    def ms(self, name: str) -> float:
        """Return the median processor time of a unit.

        Parameters
        ----------
        name : str
            Its name in ``cpu_ms``.

        Returns
        -------
        float
            In milliseconds.
        """
        return float(self.measured["cpu_ms"][name]["median"])

    def spread(self, name: str) -> NDArray[np.float64]:
        """Return the times of all rounds in relation to their median.

        Parameters
        ----------
        name : str
            As of `ms`.

        Returns
        -------
        numpy.ndarray, shape (n_rounds,), float64
            Ratios, of median 1.
        """
        return np.array(self.measured["cpu_ms"][name]["rounds"]) / self.ms(name)

    def size(self, name: str) -> float:
        """Return a size.

        Parameters
        ----------
        name : str
            Its name in ``bytes``.

        Returns
        -------
        float
            In bytes.
        """
        return float(self.measured["bytes"][name])

    @property
    def pairs(self) -> float:
        """Pairs of windows that are scored for a window of a query."""
        return float(self.measured["search"]["pairs_per_query_window"])

    @property
    def finalists(self) -> int:
        """Works that are scored."""
        return int(self.measured["search"]["finalists"])

    def centroids_ms(self, windows: float) -> float:
        """Return what it takes to compare a window with all centroids.

        Parameters
        ----------
        windows : float
            Windows of the catalog.

        Returns
        -------
        float
            Milliseconds of processor time.
        """
        return windows * self.ms("centroid_per_window")

    def coarse_ms(self, windows: float, scanned: int = SCANNED, share: int = SHARE) -> float:
        """Return what it takes to compare a window with the coarse outlines that are close to it.

        Parameters
        ----------
        windows : float
            Windows of the catalog.
        scanned, share : int, optional
            As `samesong.runtime.identification.candidates.CandidateSearch` takes them.

        Returns
        -------
        float
            Milliseconds of processor time.
        """
        compared = min(windows, max(scanned, windows / share))
        return compared * self.ms("coarse_outline_per_window")

    def scan_ms(self, windows: float, scanned: int = SCANNED, share: int = SHARE) -> float:
        """Return what of a search grows with the catalog, for a window of a query.

        Parameters
        ----------
        windows : float
            Windows of the catalog.
        scanned, share : int, optional
            As of `coarse_ms`.

        Returns
        -------
        float
            Milliseconds of processor time.
        """
        return self.centroids_ms(windows) + self.coarse_ms(windows, scanned, share)

    def search_ms(self, windows: float) -> float:
        """Return what a search takes for a window of a query.

        Parameters
        ----------
        windows : float
            Windows of the catalog.

        Returns
        -------
        float
            Milliseconds of processor time.
        """
        fixed = self.ms("outlines_per_query_window") + self.ms("shortlist_per_query_window")
        return self.scan_ms(windows) + fixed + self.pairs * self.ms("pair")

    def analyse_ms(self) -> float:
        """Return what it takes to decode and encode a whole window of a query."""
        minute = self.ms("decode_per_minute") + self.ms("encode_query_per_minute")
        return minute * WINDOW / 60

    def by_ear_ms(self, windows: float) -> float:
        """Return what it takes to find other recordings of a track.

        Parameters
        ----------
        windows : float
            Windows of the catalog.

        Returns
        -------
        float
            Milliseconds of processor time: what was measured, with the scan of this catalog.
        """
        there, here = (
            self.scan_ms(size, version_finder._SCANNED, version_finder._SHARE)
            for size in (self.measured["windows"], windows)
        )
        return max(0.0, self.ms("by_ear_per_track") - there) + here


@dataclass(frozen=True)
class Catalog:
    """A catalog of tracks of typical lengths, and what it costs.

    Attributes
    ----------
    tracks : int
        Its tracks.
    settings : mapping
        Assumptions, as in ``scaling.toml``.
    costs : UnitCosts
        Unit costs.
    """

    tracks: int
    settings: Settings
    costs: UnitCosts

    @property
    def windows(self) -> float:
        """Windows of all tracks."""
        return self.tracks * windows_per_track(self.settings["tracks"]["seconds"])

    @property
    def minutes(self) -> float:
        """Minutes of sound."""
        return self.tracks * float(np.mean(self.settings["tracks"]["seconds"])) / 60

    @property
    def rows_gb(self) -> float:
        """Gigabytes of rows, those of tracks included."""
        rows = self.windows * self.costs.size("rows_per_window")
        return (rows + self.tracks * self.costs.size("row_per_track")) / 1e9

    @property
    def index_gb(self) -> float:
        """Gigabytes of the index in memory, each shard once."""
        return self.windows * self.costs.size("index_per_window_in_memory") / 1e9

    @property
    def writer_gb(self) -> float:
        """Gigabytes that the process which writes keeps of tracks."""
        return self.tracks * self.costs.size("track_in_writer") / 1e9

    @property
    def analysis_hours(self) -> float:
        """Core-hours to decode and encode all tracks."""
        minute = self.costs.ms("decode_per_minute") + self.costs.ms("encode_track_per_minute")
        return self.minutes * minute / 3.6e6

    @property
    def by_ear_hours(self) -> float:
        """Core-hours to find other recordings of all tracks."""
        return self.tracks * self.costs.by_ear_ms(self.windows) / 3.6e6

    @property
    def commit_hours(self) -> float:
        """Hours that the only writer takes at the measured rate, however many analyse."""
        last = self.costs.measured["commit"][-1]
        return float(self.tracks * last["wall_ms_per_track"] / 3.6e6)

    @property
    def optimize_hours(self) -> float:
        """Core-hours that one process takes to merge the tables and make the index."""
        last = self.costs.measured["commit"][-1]
        return float(self.windows * last["optimize_cpu_ms_per_window"] / 3.6e6)

    @property
    def shards(self) -> int:
        """Shards that are small enough for a machine's memory, and fast enough."""
        machine = self._machine
        room = self.index_gb / (machine["memory_gb"] / 2)
        scan = self.costs.scan_ms(self.windows) / (1000 * machine["cores"])
        return math.ceil(max(room, scan / machine["scan_seconds"], 1))

    @property
    def query_ms(self) -> float:
        """Milliseconds of processor time for a window of a query, analysis included."""
        return self.costs.search_ms(self.windows) + self.costs.analyse_ms()

    @property
    def cores(self) -> float:
        """Cores for the busiest hour, of which `busy` works."""
        return peak_rate(self.settings["load"]) * self.query_ms / 1000 / self._machine["busy"]

    @property
    def replicas(self) -> int:
        """Replicas of each shard for the busiest hour."""
        needed = self.cores / (self.shards * self._machine["cores"])
        return max(int(self._machine["replicas"]), math.ceil(needed))

    @property
    def core_hours_a_month(self) -> float:
        """Core-hours that queries take in a month, at the share of processor time allowed."""
        spent = queries_a_month(self.settings["load"]) * self.query_ms / 3.6e6
        return spent / self._machine["busy"]

    def dollars(self) -> dict[str, float]:
        """Return the price of each part.

        Returns
        -------
        dict of str to float
            Dollars: ``analysis`` and ``by_ear`` once; ``storage``, ``memory``, ``queries`` (cores)
            and ``requests`` a month, and ``month``, their sum.
        """
        prices, store = self.settings["prices"], self.costs.store
        windows = queries_a_month(self.settings["load"])
        gets = windows * store["requests_per_query"]
        month = {
            "storage": self.rows_gb * prices["object_gb_month"],
            "memory": self.index_gb * self.replicas * prices["memory_gb_month"],
            "queries": self.core_hours_a_month * prices["core_hour"],
            "requests": gets / 1e6 * prices["get_million"],
        }
        return {
            "analysis": self.analysis_hours * prices["core_hour"],
            "by_ear": self.by_ear_hours * prices["core_hour"],
            **month,
            "month": sum(month.values()),
        }

    @property
    def _machine(self) -> Mapping[str, float]:
        found: Mapping[str, float] = self.settings["machine"]
        return found


def windows_per_track(seconds: list[float]) -> float:
    """Return the mean number of windows of tracks, as indexing cuts them.

    Parameters
    ----------
    seconds : list of float
        Lengths of tracks, each as frequent.

    Returns
    -------
    float
        At least 1.
    """
    cut = [len(starts(round(one), WINDOW, int(REFERENCE_HOP), int(MIN_REST))) for one in seconds]
    return float(np.mean(cut))


def peak_rate(load: Mapping[str, Any]) -> float:
    """Return how many whole windows are searched for a second, in an evening.

    A set list is searched for a minute's context every 15 s, which counts by its length; a stream
    for its last two minutes.

    Parameters
    ----------
    load : mapping
        As in ``scaling.toml``.

    Returns
    -------
    float
        Windows of 120 s a second.
    """
    concerts = load["concerts"] * _concert_windows(load) / (load["evening_hours"] * 3600)
    return float(concerts + load["streams"] / load["stream_seconds"])


def queries_a_month(load: Mapping[str, Any]) -> float:
    """Return how many whole windows are searched for in a month.

    Parameters
    ----------
    load : mapping
        As in ``scaling.toml``.

    Returns
    -------
    float
        Windows of 120 s.
    """
    concerts = load["evenings_a_month"] * load["concerts"] * _concert_windows(load)
    streams = load["streams"] * _MONTH_HOURS * 3600 / load["stream_seconds"]
    return float(concerts + streams)


def _concert_windows(load: Mapping[str, Any]) -> float:
    return float(load["concert_hours"] * 3600 / CELL * CONTEXT / QUERY_HOP)
