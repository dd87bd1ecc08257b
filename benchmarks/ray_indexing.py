"""Speed of ``samesong index --ray`` by the number of workers, and what it makes of killed ones.

A cluster of each size is started on this machine, and a catalog made with it. Where it has more
workers than the machine has cores, give `--latency`: the recordings are then in an object store
that holds up each request, so that workers wait most of the time, as where decoding is slow. With
``--kills``, workers are killed at random moments, and the catalog is verified at the end.
"""

import json
import os
import random
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any

import click
import numpy as np
import soundfile
from commands import SAMESONG
from local_s3 import CREDENTIALS, Proxy, make_bucket, running_s3
from ray.cluster_utils import Cluster

from samesong import DEFAULT_MODEL
from samesong.runtime.storage.objects import Objects

_RATE = 22_050
_STORE_BYTES = 150 * 2**20
_MOST_SECONDS = 0.5
"""Between the moment at which workers are at work and a kill, at most."""


@click.command()
@click.option("--workers", multiple=True, default=[1, 2], show_default=True, help="Of a cluster.")
@click.option("--files", default=32, show_default=True, help="Recordings of 60 s.")
@click.option("--latency", default=0.0, help="Milliseconds a request to the recordings' store.")
@click.option("--kills", default=0, help="Workers that are killed while each catalog is made.")
@click.option("--seed", default=1, show_default=True, help="Of music and kills.")
@click.option("--model", default=DEFAULT_MODEL, show_default=True, help="Model of the catalogs.")
def main(
    *, workers: tuple[int, ...], files: int, latency: float, kills: int, seed: int, model: str
) -> None:
    """Measure it, and print JSON; the exit code is 1 if a catalog is not whole."""
    results = []
    with ExitStack() as held:
        folder = Path(held.enter_context(TemporaryDirectory()))
        music = folder / "music"
        _write_music(music, files, seed)
        place = str(music)
        if latency:
            place = _stored(held, music, latency)
        without = _index(folder / "local", place, model, None)
        for count in workers:
            with _cluster(count) as address, _killing(kills, seed) as killed:
                seconds = _index(folder / f"{count}", place, model, address)
            results.append(
                {
                    "workers": count,
                    "seconds": seconds,
                    "times_as_fast_as_without_ray": without / seconds,
                    "killed": len(killed),
                    **_verified(folder / f"{count}"),
                }
            )
    print(
        json.dumps(
            {
                "files": files,
                "latency_ms": latency,
                "cores": len(os.sched_getaffinity(0)),
                "load": os.getloadavg()[0],
                "seconds_without_ray": without,
                "with_ray": results,
            },
            indent=2,
        )
    )
    if any(one["n_tracks"] != files or one["problems"] for one in results):
        raise SystemExit(1)


def _write_music(folder: Path, files: int, seed: int) -> None:
    folder.mkdir()
    time = np.arange(int(0.4 * _RATE)) / _RATE
    for number in range(files):
        pitches = 60 + np.random.default_rng([seed, number]).integers(24, size=150)
        waves = 440 * 2 ** ((pitches[:, None] - 69) / 12) * time
        tones = sum(np.sin(2 * np.pi * n * waves) / n for n in (1, 2, 3))
        soundfile.write(folder / f"{number}.flac", (0.1 * np.exp(-3 * time) * tones).ravel(), _RATE)


def _stored(held: ExitStack, music: Path, latency: float) -> str:
    """Copy the recordings into a slow object store, and return their address."""
    port = held.enter_context(running_s3())
    proxy = held.enter_context(Proxy(port))
    make_bucket(port, "bucket")
    os.environ.update(CREDENTIALS, AWS_ENDPOINT_URL=proxy.url)
    objects = Objects("s3://bucket/music")
    for path in sorted(music.iterdir()):
        objects.write(path.name, path.read_bytes())
    proxy.latency = latency / 1000
    return "s3://bucket/music"


def _index(catalog: Path, place: str, model: str, address: str | None) -> float:
    """Make a catalog, and return the seconds that the command says it took."""
    on = [] if address is None else ["--ray", address]
    command = [str(SAMESONG), "index", str(catalog), place, "--model", model, "--json", *on]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    return float(json.loads(done.stdout)["seconds"])


def _verified(catalog: Path) -> dict[str, Any]:
    command = [str(SAMESONG), "catalog", "verify", str(catalog), "--json"]
    report = json.loads(subprocess.run(command, check=False, capture_output=True).stdout)
    return {name: report[name] for name in ("n_tracks", "problems")}


@contextmanager
def _cluster(workers: int) -> Iterator[str]:
    cluster = Cluster(
        initialize_head=True,
        head_node_args={
            "num_cpus": workers,
            "object_store_memory": _STORE_BYTES,
            # Processes that nothing here needs.
            **{"include_dashboard": False, "include_log_monitor": False, "no_monitor": True},
        },
    )
    try:
        yield cluster.address
    finally:
        cluster.shutdown()


@contextmanager
def _killing(kills: int, seed: int) -> Iterator[list[int]]:
    """Kill workers of this process's clusters at random moments; yield those that were."""
    killed: list[int] = []
    ended = Event()

    def kill() -> None:
        draw = random.Random(seed)
        while len(killed) < kills and not ended.wait(draw.uniform(0, _MOST_SECONDS)):
            if found := _at_work():
                killed.append(draw.choice(found))
                with suppress(ProcessLookupError):
                    os.kill(killed[-1], signal.SIGKILL)

    thread = Thread(target=kill)
    thread.start()
    try:
        yield killed
    finally:
        ended.set()
        thread.join()


def _at_work() -> list[int]:
    """Return the workers below this process that are at a file."""
    raylets = set(_children({os.getpid()}))
    found = []
    for pid in _children(raylets):
        with suppress(OSError):
            title = Path(f"/proc/{pid}/cmdline").read_bytes()
            if title.startswith((b"ray::read", b"ray::analyse")):
                found.append(pid)
    return found


def _children(parents: set[int]) -> Iterator[int]:
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError):
            if int(path.read_text().rpartition(")")[2].split()[1]) in parents:
                yield int(path.parent.name)


if __name__ == "__main__":
    main()
