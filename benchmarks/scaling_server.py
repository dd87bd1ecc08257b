"""Measures a server on the loopback with one client and with two, beside what is predicted.

The prediction is that of the simulated cluster (`scaling_simulation`): one shard, one replica, and
a router that shares its cores.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import httpx
import numpy as np
from commands import serving
from scaling_costs import UnitCosts
from scaling_runs import services
from scaling_simulation import Cluster, Design

CLIENTS = (1, 2)
"""Clients, each of which asks as soon as it was answered."""

_WINDOWS = 2  # of the recording
_WARM = 2  # questions that load models and compile
_TICKS = os.sysconf("SC_CLK_TCK")


def measure_server(catalog: Path, recording: Path, rounds: int) -> list[dict[str, Any]]:
    """Ask a server about a recording.

    Parameters
    ----------
    catalog : Path
        The catalog that it serves.
    recording : Path
        Four minutes of mp3.
    rounds : int
        Questions of each client.

    Returns
    -------
    list of dict
        For each number of ``clients``, ``median_ms``, ``p95_ms`` (wall clock) and ``cpu_ms`` (of
        the server and its workers) of a question, and the machine's ``load``.
    """
    body = recording.read_bytes()
    with TemporaryDirectory() as folder, serving(catalog, Path(folder) / "log") as (process, url):
        for _ in range(_WARM):
            _asked(url, body, 1)
        found = []
        for clients in CLIENTS:
            before = _cpu_seconds(process.pid)
            with ThreadPoolExecutor(clients) as pool:
                each = list(pool.map(lambda _: _asked(url, body, rounds), range(clients)))
            spent = _cpu_seconds(process.pid) - before
            taken = sorted(1e3 * seconds for some in each for seconds in some)
            found.append(
                {
                    "clients": clients,
                    "questions": len(taken),
                    "median_ms": median(taken),
                    "p95_ms": taken[int(0.95 * (len(taken) - 1))],
                    "cpu_ms": 1e3 * spent / len(taken),
                    "load": os.getloadavg()[0],
                }
            )
    return found


def predict_server(costs: UnitCosts, clients: int) -> dict[str, float]:
    """Predict what `measure_server` measures, on a machine that does nothing else.

    Parameters
    ----------
    costs : UnitCosts
        Unit costs, measured with the same catalog.
    clients : int
        Number of clients.

    Returns
    -------
    dict
        ``median_ms``, ``p95_ms`` and ``cpu_ms``.
    """
    windows, cores = costs.measured["windows"], costs.measured["machine"]["cores"]
    asked = services(costs, windows, [_WINDOWS])
    cluster = Cluster(Design(cores=cores, threads=cores, router_cores=0), asked)
    cluster.clients(clients, 200)
    middle, late = 1e3 * np.percentile(cluster.latencies(), [50, 95])
    cpu = _WINDOWS * (costs.analyse_ms() + costs.search_ms(windows))
    return {"median_ms": float(middle), "p95_ms": float(late), "cpu_ms": cpu}


def _asked(url: str, body: bytes, rounds: int) -> list[float]:
    taken = []
    with httpx.Client(base_url=url, timeout=600, trust_env=False) as client:
        for _ in range(rounds):
            began = perf_counter()
            answer = client.post(
                "v1/identify", content=body, headers={"Content-Type": "audio/mpeg"}
            )
            answer.raise_for_status()
            taken.append(perf_counter() - began)
    return taken


def _cpu_seconds(pid: int) -> float:
    """Return the processor time of a process, its children, and those of them that have ended."""
    return sum(sum(map(int, fields[11:15])) for fields in _family({pid})) / _TICKS


def _family(parents: set[int]) -> Iterator[Sequence[str]]:
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = path.read_text().rpartition(")")[2].split()
            if int(path.parent.name) in parents or int(fields[1]) in parents:
                yield fields
