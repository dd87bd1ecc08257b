"""Speed of ``samesong index --ray`` by the number of workers, and what it makes of faults.

A cluster of each size is started on this machine, and a catalog of made-up songs made with it.
Where it has more workers than the machine has cores, give `--latency`: the recordings are then in
an object store that holds up each request, so that workers wait most of the time, as where decoding
is slow. Faults come at random moments, and each catalog is verified at the end.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import Any

import click
from commands import SAMESONG
from local_s3 import CREDENTIALS, CUT, Proxy, make_bucket, running_s3
from made_up_songs import write_songs
from ray.cluster_utils import Cluster
from ray_processes import Watch, kill, random_moments, watched, workers_at_work

from samesong import DEFAULT_MODEL, Catalog
from samesong.runtime.storage.objects import Objects

_STORE_BYTES = 150 * 2**20
_KILL_SECONDS = 0.5
_CUT_SECONDS = 2.0
_DRIVER_SECONDS = 20.0
"""Between two faults of a kind, at most; of the driver, from its start."""

_LEASE_SECONDS = 20.0
"""Time until another attempt: a killed driver's lease of a catalog in the store has to run out."""

_RETRIES = 10
"""Commands besides those that are killed: a file fails whose workers happen to be killed thrice."""


@dataclass(frozen=True)
class _Faults:
    """Numbers of faults while a catalog is made: killed workers and drivers, cut connections."""

    kills: int = 0
    driver_kills: int = 0
    cuts: int = 0


@dataclass(frozen=True)
class _Run:
    """A catalog that was made, by as many commands as it took."""

    seconds: float
    cpu_driver: float
    commands: int


@click.command()
@click.option("--workers", multiple=True, default=[1, 2], show_default=True, help="Of a cluster.")
@click.option("--files", default=32, show_default=True, help="Number of recordings.")
@click.option("--seconds", default=180.0, show_default=True, help="Length of each.")
@click.option("--latency", default=0.0, help="Milliseconds a request to the recordings' store.")
@click.option("--kills", default=0, help="Workers that are killed while each catalog is made.")
@click.option("--kill-driver", default=0, help="Times that the command is killed, and run again.")
@click.option("--cuts", default=0, help="Requests to the store, with the catalog, that are cut.")
@click.option("--seed", default=1, show_default=True, help="Of music and faults.")
@click.option("--model", default=DEFAULT_MODEL, show_default=True, help="Model of the catalogs.")
def main(
    *,
    workers: tuple[int, ...],
    files: int,
    seconds: float,
    latency: float,
    kills: int,
    kill_driver: int,
    cuts: int,
    seed: int,
    model: str,
) -> None:
    """Measure it, and print JSON; the exit code is 1 if a catalog is not whole."""
    faults = _Faults(kills, kill_driver, cuts)
    load = os.getloadavg()[0]
    results = []
    with ExitStack() as held:
        folder = Path(held.enter_context(TemporaryDirectory()))
        write_songs(folder / "music", files, seconds, seed)
        write_songs(folder / "first", 1, 5.0, seed)
        music, first, catalogs, proxy = f"{folder}/music", f"{folder}/first", str(folder), None
        if latency or cuts:
            proxy = _store(held, folder / "music", latency)
            music = "s3://bucket/music"
            catalogs = "s3://bucket" if cuts else catalogs
        without = None
        if faults == _Faults() and not latency:
            without = _done(_command(f"{folder}/local", music, model, None))
        for count in workers:
            with _cluster(count) as address:
                start = _done(_command(f"{folder}/first{count}", first, model, address))
                with _at_fault(faults, seed, proxy) as happened, watched() as watch:
                    command = _command(f"{catalogs}/{count}", music, model, address)
                    made = _done(command, faults.driver_kills, seed)
            results.append(
                {
                    "workers": count,
                    "seconds": made.seconds,
                    "seconds_to_start": start.seconds,
                    "cpu_seconds_driver": made.cpu_driver,
                    "cpu_seconds_workers": watch.moments[-1].cpu_workers,
                    "commands": made.commands,
                    "steady": _steady(watch, count, f"{catalogs}/{count}"),
                    **happened,
                    **_verified(f"{catalogs}/{count}"),
                }
            )
    print(
        json.dumps(
            {
                "files": files,
                "seconds_each": seconds,
                "latency_ms": latency,
                "cores": len(os.sched_getaffinity(0)),
                "load": load,
                "without_ray": without
                and {"seconds": without.seconds, "cpu_seconds": without.cpu_driver},
                "with_ray": results,
            },
            indent=2,
        )
    )
    if any(one["n_tracks"] != files or one["problems"] for one in results):
        raise SystemExit(1)


def _store(held: ExitStack, music: Path, latency: float) -> Proxy:
    """Copy the recordings into a slow object store."""
    port = held.enter_context(running_s3())
    proxy = held.enter_context(Proxy(port))
    make_bucket(port, "bucket")
    os.environ.update(CREDENTIALS, AWS_ENDPOINT_URL=proxy.url)
    objects = Objects("s3://bucket/music")
    for path in sorted(music.iterdir()):
        objects.write(path.name, path.read_bytes())
    proxy.latency = latency / 1000
    return proxy


def _command(catalog: str, place: str, model: str, address: str | None) -> list[str]:
    on = [] if address is None else ["--ray", address]
    return [str(SAMESONG), "index", catalog, place, "--model", model, "--json", *on]


def _done(command: list[str], kills: int = 0, seed: int = 0) -> _Run:
    """Run a command: again after it was killed, or has reported failures."""
    draw = Random(seed)
    seconds = cpu = 0.0
    for number in range(1, kills + _RETRIES):
        began = time.monotonic()
        with NamedTemporaryFile() as out, NamedTemporaryFile() as err:
            with subprocess.Popen(command, stdout=out, stderr=err) as process:
                if number <= kills:
                    time.sleep(draw.uniform(0, _DRIVER_SECONDS))
                    os.kill(process.pid, signal.SIGKILL)  # kill() would reap one that has ended
                _, status, usage = os.wait4(process.pid, 0)
                process.returncode = os.waitstatus_to_exitcode(status)
            cpu += usage.ru_utime + usage.ru_stime
            if process.returncode == 0:
                # What the command says, without the start of Python.
                return _Run(
                    seconds + json.loads(Path(out.name).read_text())["seconds"], cpu, number
                )
            seconds += time.monotonic() - began
            said = Path(err.name).read_text().strip()
            click.echo(f"command {number} of a catalog: {said or 'killed'}", err=True)
        if number > kills:
            time.sleep(_LEASE_SECONDS)
    raise click.ClickException(f"the command does not succeed: {' '.join(command)}")


def _steady(watch: Watch, workers: int, catalog: str) -> dict[str, float] | None:
    """Return what a file costs, and how many are done a second, while all workers are at work."""
    moments = watch.steady(workers)
    if len(moments) < 2:
        return None
    first, last = moments[0], moments[-1]
    times = [track.added.timestamp() for track in Catalog(catalog).tracks()]
    files = sum(first.time < one <= last.time for one in times)
    seconds = last.time - first.time
    return {
        "files": files,
        "seconds": seconds,
        "files_a_second": files / seconds,
        "share_at_work": sum(one.at_work for one in moments) / len(moments) / workers,
        "cpu_ms_command_a_file": 1000 * (last.cpu_command - first.cpu_command) / max(files, 1),
        "cpu_ms_workers_a_file": 1000 * (last.cpu_workers - first.cpu_workers) / max(files, 1),
    }


def _verified(catalog: str) -> dict[str, Any]:
    command = [str(SAMESONG), "catalog", "verify", catalog, "--json"]
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
def _at_fault(faults: _Faults, seed: int, proxy: Proxy | None) -> Iterator[dict[str, int]]:
    """Kill workers and cut connections at random moments; yield the numbers of both so far."""
    happened = {"workers_killed": 0, "connections_cut": 0}

    def kill_one(draw: Random) -> bool:
        if happened["workers_killed"] < faults.kills and (found := workers_at_work()):
            kill(draw.choice(found))
            happened["workers_killed"] += 1
        return happened["workers_killed"] < faults.kills

    def cut_next(_: Random) -> bool:
        def cut(_method: str, _path: str) -> int:
            assert proxy is not None
            proxy.fail = lambda *_: None
            happened["connections_cut"] += 1
            return CUT

        assert proxy is not None
        is_going = happened["connections_cut"] < faults.cuts
        proxy.fail = cut if is_going else lambda *_: None
        return is_going

    with ExitStack() as held:
        if faults.kills:
            held.enter_context(random_moments(_KILL_SECONDS, seed, kill_one))
        if faults.cuts:
            held.enter_context(random_moments(_CUT_SECONDS, seed, cut_next))
        yield happened


if __name__ == "__main__":
    main()
