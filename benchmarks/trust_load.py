"""Load of a server: many clients that work, sockets that say half a word, and a clock beside them.

The server is a process of its own, and so are the clients; health is asked for from this one, on a
new connection each time, so that neither waits for the other.
"""

import asyncio
import multiprocessing
import random
import re
import resource
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from multiprocessing.synchronize import Event
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

import click
import httpx
from commands import SAMESONG, serving

from samesong.runtime.demo.run import DEMO_AUDIO

_HALF = b"GET /v1/health HTTP/1.1\r\nHost: localhost\r\nX-Half: "
_PROBE_SECONDS = 0.25
_THINK_SECONDS = 2.0  # mean time between two requests of a client
_WARM = 0.2  # part of the time after which memory should not grow any more
_SETTLING = 10.0  # seconds, once compiled loops are being loaded; the same holds for these
_MOST_SECONDS = 1.0  # for health
_MOST_GROWTH = 1.1  # of memory
_CUT_OFF = r'^samesong_connections_cut_off_total\{reason="(.+)"\} (.+)$'
_LOG_END = 5000  # characters of the log that are kept


@dataclass
class LoadResult:
    """What a server made of its load.

    Attributes
    ----------
    clients, half_open, minutes : float
        The load.
    answers : dict of str to int
        Answers by route and status, those that never came as ``lost``.
    health_worst, health_median : float
        Seconds that health took.
    health_asked, health_lost : int
        How often it was asked for, and not told.
    memory_start, memory_warm, memory_end, memory_peak : float
        Megabytes of the server: idle; after the first fifth of the time and when compiled loops are
        loaded, which a process does once it has enough work for them; at the end; at most.
    loops_after : float, optional
        Seconds after which compiled loops were being loaded.
    memory_tenths : list of float
        Megabytes of the server after each tenth of the time.
    log_bytes : int
        Size of all that the server said.
    log_end : str
        The last of it, where defects are told.
    cut_off : dict of str to int
        Connections that the server cut off, by reason.
    """

    clients: float
    half_open: float
    minutes: float
    answers: dict[str, int] = field(default_factory=dict)
    health_worst: float = 0.0
    health_median: float = 0.0
    health_asked: int = 0
    health_lost: int = 0
    memory_start: float = 0.0
    memory_warm: float = 0.0
    memory_end: float = 0.0
    memory_peak: float = 0.0
    loops_after: float | None = None
    memory_tenths: list[float] = field(default_factory=list)
    log_bytes: int = 0
    log_end: str = ""
    cut_off: dict[str, int] = field(default_factory=dict)

    def failures(self) -> list[str]:
        """Return what did not hold.

        Returns
        -------
        list of str
            Empty if all did.
        """
        lost = sum(n for answer, n in self.answers.items() if answer.endswith(" lost"))
        defects = sum(n for answer, n in self.answers.items() if answer.endswith(" 500"))
        found = {
            f"health took {self.health_worst:.2f} s": self.health_worst >= _MOST_SECONDS,
            f"health was not told {self.health_lost} times": self.health_lost > 0,
            f"{lost} requests were not answered": lost > 0,
            f"{defects} requests met a defect": defects > 0,
            f"memory grew from {self.memory_warm:.0f} to {self.memory_end:.0f} MB": (
                self.memory_end > _MOST_GROWTH * self.memory_warm
            ),
        }
        return [text for text, is_so in found.items() if is_so]


def measure_load(clients: int, half_open: int, minutes: float) -> LoadResult:
    """Load a server of the demo's recordings.

    Parameters
    ----------
    clients : int
        Clients that search, identify and ask for reports.
    half_open : int
        Sockets that send half a header; each that is closed is opened again after a second.
    minutes : float
        Time that it takes.

    Returns
    -------
    LoadResult
        What the server made of it.
    """
    result = LoadResult(clients, half_open, minutes)
    with TemporaryDirectory() as folder, _server(Path(folder)) as (process, url):
        spawning = multiprocessing.get_context("spawn")
        stop, answers = spawning.Event(), spawning.SimpleQueue()
        arguments = (url, clients, half_open, stop, answers)
        loading = spawning.Process(target=_load, args=arguments)
        httpx.get(f"{url}v1/health", timeout=60, trust_env=False)  # the server has started
        result.memory_start = _memory(process.pid)
        loading.start()
        try:
            _watch(result, process.pid, url, minutes * 60)
        finally:
            stop.set()
            result.answers = answers.get() if loading.is_alive() else {}
            loading.join()
        result.memory_end = _memory(process.pid)
        result.cut_off = _cut_off(url)
        log = (Path(folder) / "log").read_text(errors="replace")
        result.log_bytes, result.log_end = len(log), log[-_LOG_END:]
    return result


@contextmanager
def _server(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    recordings = sorted(DEMO_AUDIO.glob("studio_*"))
    subprocess.run([SAMESONG, "index", folder / "catalog", *recordings], check=True)
    with serving(folder / "catalog", folder / "log") as server:
        yield server


def _watch(result: LoadResult, pid: int, url: str, seconds: float) -> None:
    where = urlsplit(url)
    began = monotonic()
    taken: list[float] = []
    while (passed := monotonic() - began) < seconds:
        asked = monotonic()
        with closing(HTTPConnection(where.hostname or "", where.port, timeout=30)) as link:
            try:
                link.request("GET", "/v1/health")
                result.health_lost += link.getresponse().status != HTTPStatus.OK
            except (OSError, HTTPException):
                result.health_lost += 1
        taken.append(monotonic() - asked)
        memory = _memory(pid)
        result.memory_peak = max(result.memory_peak, memory)
        if result.loops_after is None and _has_compiled_loops(pid):
            result.loops_after = passed
        settled = 0.0 if result.loops_after is None else result.loops_after + _SETTLING
        if passed < max(_WARM * seconds, settled):
            result.memory_warm = memory
        if passed >= (len(result.memory_tenths) + 1) * seconds / 10:
            result.memory_tenths.append(memory)
        sleep(_PROBE_SECONDS)
    result.health_asked = len(taken)
    result.health_worst, result.health_median = max(taken), sorted(taken)[len(taken) // 2]


def _has_compiled_loops(pid: int) -> bool:
    return "libllvmlite" in Path(f"/proc/{pid}/maps").read_text()


def _memory(pid: int) -> float:
    """Return the megabytes that a process holds."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise click.ClickException("the server has ended")


def _cut_off(url: str) -> dict[str, int]:
    """Return how many connections the server cut off, by reason."""
    metrics = httpx.get(f"{url}metrics", timeout=60, trust_env=False).text
    counted = re.findall(_CUT_OFF, metrics, re.MULTILINE)
    return {reason: int(float(count)) for reason, count in counted}


def _load(url: str, clients: int, half_open: int, stop: Event, answers: Any) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    answers.put(dict(sorted(asyncio.run(_work(url, clients, half_open, stop)).items())))


async def _work(url: str, clients: int, half_open: int, stop: Event) -> Counter[str]:
    counts: Counter[str] = Counter()
    # Let go before the server closes, so that no request meets a connection that is closing.
    limits = httpx.Limits(
        max_connections=clients, max_keepalive_connections=clients, keepalive_expiry=2
    )
    async with httpx.AsyncClient(
        base_url=url, timeout=60, limits=limits, trust_env=False
    ) as client:
        waiting = [asyncio.create_task(_half_open(url)) for _ in range(half_open)]
        working = [
            asyncio.create_task(_client(client, random.Random(seed), counts, stop))
            for seed in range(clients)
        ]
        await asyncio.gather(*working)
        for task in waiting:
            task.cancel()
    return counts


async def _half_open(url: str) -> None:
    """Send half a header, a byte now and then, and begin again whenever the server closes."""
    where = httpx.URL(url)
    while True:
        with suppress(OSError):
            reader, writer = await asyncio.open_connection(where.host, where.port)
            try:
                writer.write(_HALF)
                while True:
                    with suppress(TimeoutError):
                        if not await asyncio.wait_for(reader.read(1024), 1):
                            break
                    writer.write(b"x")
            finally:
                writer.close()
        await asyncio.sleep(1)


async def _client(
    client: httpx.AsyncClient, draw: random.Random, counts: Counter[str], stop: Event
) -> None:
    recording = (DEMO_AUDIO / "live_greensleeves.opus").read_bytes()
    songs = [{"start": float(at), "end": at + 0.5} for at in range(1000)]
    setlist = {"schema": 3, "recording": "x.flac", "duration": 1001, "songs": songs}
    asks = [
        (60, "GET", "/v1/tracks?q=a", {}),
        (20, "GET", "/v1/works", {}),
        (10, "GET", "/", {}),
        (5, "POST", "/v1/report?format=csv", {"json": setlist}),
        (5, "POST", "/v1/identify", {"files": {"audio": ("live.opus", recording)}}),
    ]
    while not stop.is_set():
        await asyncio.sleep(draw.expovariate(1 / _THINK_SECONDS))
        _, method, route, content = draw.choices(asks, [ask[0] for ask in asks])[0]
        name = f"{method} {route.partition('?')[0]}"
        try:
            answer = await client.request(method, route, **content)  # type: ignore[arg-type]
        except httpx.HTTPError as error:
            counts[f"{name} {type(error).__name__} lost"] += 1
        else:
            counts[f"{name} {answer.status_code}"] += 1
