"""Runs of the simulated cluster: by load, shards and replicas, and the loss of a replica."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scaling_costs import Catalog, UnitCosts
from scaling_simulation import Cluster, Design, Draw, Round, Services

from samesong.runtime.identification.candidates import ALIGNED, CANDIDATES
from samesong.runtime.identification.shortlist import FINALISTS

Run = dict[str, Any]

LOADS = (0.1, 0.3, 0.5, 0.7, 0.8, 0.9)
"""Shares of the processor time of all replicas that queries take."""

MULTIPLES = (1, 2, 4, 8)
"""Shards, in relation to the least number."""

REPLICAS = (1, 2, 3, 4)

_BUSY = 0.5
_LOST = 0.3  # part of the time after which a replica is lost


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
    items = (0, 0, ALIGNED, CANDIDATES, FINALISTS)
    rounds = [
        Round(_drawn(ms, costs.spread(name)), count)
        for (name, ms), count in zip(medians.items(), items, strict=True)
    ]
    analyse = _drawn(costs.analyse_ms(), costs.spread("encode_query_per_minute"))
    return Services(analyse, rounds, query_windows)


def _drawn(ms: float, spread: NDArray[np.float64]) -> Draw:
    return lambda draw: ms / 1000 * float(spread[draw.integers(len(spread))])


def simulate(costs: UnitCosts, settings: Mapping[str, Any], queries: int) -> dict[str, Any]:
    """Simulate a catalog of `simulation.tracks` on clusters of several sizes.

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
        ``windows``, and lists of runs: ``load``, ``shards``, ``replicas`` and ``loss``.
    """
    assumed = settings["simulation"]
    catalog = Catalog(assumed["tracks"], settings, costs)
    asked = services(costs, catalog.windows, assumed["query_windows"])
    cores = settings["machine"]["cores"]
    base = Design(
        shards=catalog.shards,
        replicas=settings["machine"]["replicas"],
        cores=cores,
        threads=cores,
        network=assumed["network_ms"] / 1000,
        merge=assumed["merge_ms"] / 1000,
        notice=assumed["notice_seconds"],
        repair=assumed["repair_seconds"],
    )
    seconds = float(np.mean(assumed["query_windows"])) * costs.search_ms(catalog.windows) / 1000
    analysis = float(np.mean(assumed["query_windows"])) * costs.analyse_ms() / 1000

    def run(design: Design, rate: float, lost: Sequence[int] = ()) -> Run:
        # A router that is seldom waited for: a machine that does nothing else, or several.
        router = max(cores, math.ceil(rate * analysis / settings["machine"]["busy"]))
        cluster = Cluster(replace(design, router_cores=router), asked)
        for replica in lost:
            cluster.lose(_LOST * queries / rate, replica=replica)
        cluster.poisson(rate, queries)
        machines = design.shards * design.replicas
        found = {
            "shards": design.shards,
            "replicas": design.replicas,
            "lost": len(lost),
            "queries_per_second": rate,
            "busy": rate * seconds / (machines * cores),
        }
        return {**found, **_percentiles(cluster.latencies())}

    full = base.shards * base.replicas * cores / seconds
    rate = _BUSY * full
    return {
        "tracks": catalog.tracks,
        "windows": catalog.windows,
        "queries": queries,
        "load": [run(base, share * full) for share in LOADS],
        "shards": [run(replace(base, shards=n * base.shards), rate) for n in MULTIPLES],
        "replicas": [run(replace(base, replicas=n), 0.4 * full) for n in REPLICAS],
        "loss": [
            run(replace(base, replicas=n), 0.2 * n * full, lost)
            for n in REPLICAS[:3]
            for lost in ((), (0,))
        ],
    }


def _percentiles(seconds: NDArray[np.float64]) -> dict[str, float]:
    median, late, latest = np.percentile(seconds, [50, 95, 99])
    return {"p50": float(median), "p95": float(late), "p99": float(latest)}
