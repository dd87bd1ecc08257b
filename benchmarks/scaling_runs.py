"""Runs of the simulated cluster: by load, shards and replicas, and the loss of a replica."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scaling_costs import Catalog, UnitCosts, peak_rate
from scaling_simulation import Cluster, Design, Draw, Round, Services

from samesong.runtime.identification.candidates import ALIGNED, CANDIDATES

Run = dict[str, Any]

LOADS = (0.1, 0.3, 0.5, 0.7, 0.8, 0.9)
"""Shares of the processor time of all replicas that queries take."""

MULTIPLES = (1, 2, 4, 8)
"""Shards, in relation to the least number."""

REPLICAS = (1, 2, 3, 4)

_BUSY = 0.5
_APART = 3  # times that a repair takes, from one loss of the replica to the next


def services(costs: UnitCosts, windows: float, query_windows: Sequence[int]) -> Services:
    """Return the processor time of queries to a catalog, drawn from what was measured.

    Parameters
    ----------
    costs : UnitCosts
        Unit costs.
    windows : float
        Windows of the catalog.
    query_windows : sequence of int
        Windows that queries have, each as likely.

    Returns
    -------
    Services
        Rounds as a search asks them: centroids, coarse outlines, outlines, coarse evidence, score.
    """
    medians = {
        "centroid_per_window": costs.centroids_ms(windows),
        "coarse_outline_per_window": costs.coarse_ms(windows),
        "outlines_per_query_window": costs.ms("outlines_per_query_window"),
        "shortlist_per_query_window": costs.ms("shortlist_per_query_window"),
        "pair": costs.pairs * costs.ms("pair"),
    }
    items = (0, 0, ALIGNED, CANDIDATES, costs.finalists)
    rounds = [
        Round(_drawn(ms, costs.spread(name)), count)
        for (name, ms), count in zip(medians.items(), items, strict=True)
    ]
    analyse = _drawn(costs.analyse_ms(), costs.spread("encode_query_per_minute"))
    return Services(analyse, rounds, query_windows)


def _drawn(ms: float, spread: NDArray[np.float64]) -> Draw:
    return lambda draw: ms / 1000 * float(spread[draw.integers(len(spread))])


def simulate(costs: UnitCosts, settings: Mapping[str, Any], queries: int) -> dict[str, Any]:
    """Simulate clusters of several sizes.

    Parameters
    ----------
    costs : UnitCosts
        Unit costs.
    settings : mapping
        Assumptions, as in ``scaling.toml``.
    queries : int
        Queries of each run.

    Returns
    -------
    dict
        ``tracks`` and ``queries``, and lists of runs: ``evening``, of all sizes of catalog at the
        load of an evening; and of a catalog of so many tracks ``load``, ``shards``, ``replicas``
        and ``loss``.
    """
    assumed = settings["simulation"]
    catalog = Catalog(assumed["tracks"], settings, costs)
    bench = _Bench(catalog, queries)
    least, twice = catalog.shards, int(settings["machine"]["replicas"])
    full = bench.full(least, twice)
    sizes = [Catalog(count, settings, costs) for count in settings["tracks"]["counts"]]
    rate = peak_rate(settings["load"]) / float(np.mean(assumed["query_windows"]))
    return {
        "tracks": catalog.tracks,
        "queries": queries,
        "evening": [_Bench(one, queries).run(one.shards, one.replicas, rate) for one in sizes],
        "load": [bench.run(least, twice, share * full) for share in LOADS],
        "shards": [bench.run(n * least, twice, _BUSY * full) for n in MULTIPLES],
        "replicas": [bench.run(least, n, 0.4 * full) for n in REPLICAS],
        "loss": [
            bench.run(least, n, 0.4 * bench.full(least, n), is_lost=is_lost)
            for n in REPLICAS[:3]
            for is_lost in (False, True)
        ],
    }


class _Bench:
    """A catalog on clusters of any size."""

    def __init__(self, catalog: Catalog, queries: int) -> None:
        costs, settings = catalog.costs, catalog.settings
        self._tracks, self._queries, self._machine = catalog.tracks, queries, settings["machine"]
        self._assumed = settings["simulation"]
        windows = self._assumed["query_windows"]
        self._services = services(costs, catalog.windows, windows)
        self._search = float(np.mean(windows)) * costs.search_ms(catalog.windows) / 1000
        self._analysis = float(np.mean(windows)) * costs.analyse_ms() / 1000

    def full(self, shards: int, replicas: int) -> float:
        """Return the queries a second that take all processor time."""
        return float(shards * replicas * self._machine["cores"] / self._search)

    def run(self, shards: int, replicas: int, rate: float, *, is_lost: bool = False) -> Run:
        """Run one cluster; where a replica is lost, of the queries that come before its repair."""
        cores, repair = self._machine["cores"], self._assumed["repair_seconds"]
        design = Design(
            shards=shards,
            replicas=replicas,
            cores=cores,
            threads=cores,
            # One that is seldom waited for: a machine that does nothing else, or several.
            router_cores=max(cores, math.ceil(rate * self._analysis / self._machine["busy"])),
            network=self._assumed["network_ms"] / 1000,
            merge=self._assumed["merge_ms"] / 1000,
            notice=self._assumed["notice_seconds"],
            repair=repair,
        )
        cluster = Cluster(design, self._services)
        end = self._queries / rate if is_lost else 0.0
        lost = np.arange(repair, end, _APART * repair).tolist()
        for at in lost:
            cluster.lose(at)
        cluster.poisson(rate, self._queries)
        taken = cluster.latencies()
        if is_lost:
            met = [s for came, s in cluster.answered if any(0 <= came - at < repair for at in lost)]
            taken = np.array(met)
        return {
            "tracks": self._tracks,
            "shards": shards,
            "replicas": replicas,
            "lost": int(is_lost),
            "queries_per_second": rate,
            "busy": rate / self.full(shards, replicas),
            "queries": len(taken),
            **_percentiles(taken),
        }


def _percentiles(seconds: NDArray[np.float64]) -> dict[str, float]:
    median, late, latest = np.percentile(seconds, [50, 95, 99])
    return {"p50": float(median), "p95": float(late), "p99": float(latest)}
