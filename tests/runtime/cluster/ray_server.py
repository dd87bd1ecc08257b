"""A server of a catalog that is searched on the cluster, and a client of it."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

import httpx
from ray_cluster import TINY_BUNDLE, started

N_SONGS = 6
SHARDS = 2
LOOK_AGAIN = Event()  # is never set: other processes say nothing of themselves
TOLD = re.compile(
    "samesong: (the worker that found the songs of .* another goes on|node .* no set lists)"
)


@dataclass
class Served:
    """A server of a catalog that is searched on the cluster."""

    catalog: Path
    process: subprocess.Popen[str]
    client: httpx.Client

    def identify(self, recording: Path) -> dict[str, Any]:
        with recording.open("rb") as file:
            answer = self.client.post("/v1/identify", files={"audio": file})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def start_setlist(self, *recordings: Path) -> str:
        """Send a concert, and return the address of its job."""
        parts = [("audio", (one.name, one.read_bytes())) for one in recordings]
        answer = self.client.post("/v1/setlist", files=parts)
        assert answer.status_code == 202, answer.text
        return answer.headers["location"]

    def ended(self, job: str) -> dict[str, Any]:
        """Wait until a job has ended, and return it."""
        while (found := self.job(job))["state"] in {"queued", "running"}:
            LOOK_AGAIN.wait(0.1)
        return found

    def job(self, job: str) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get(job).json()
        return found

    def all_shards(self) -> list[dict[str, Any]]:
        """Wait until a replica of each shard answers, and return their states."""
        while True:
            found: list[dict[str, Any]] = self.client.get("/v1/health").json()["shards"]
            if [one["replicas"] for one in found] == [1] * SHARDS:
                return found
            LOOK_AGAIN.wait(0.1)


def serve(catalog: Path, address: str, *more: object) -> list[object]:
    return ["serve", catalog, "--port", "0", "--model", TINY_BUNDLE, "--ray", address, *more]


@contextmanager
def serving(catalog: object, address: str, *more: object, shards: int = SHARDS) -> Iterator[Served]:
    """Run a server until it is asked to stop; it tells of nothing but lost workers and nodes."""
    with started(*serve(catalog, address, "--shards", shards, *more)) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        assert said.startswith("samesong is at http://"), process.communicate()[1]
        with httpx.Client(base_url=said.split()[3], timeout=None) as client:
            yield Served(Path(str(catalog)), process, client)
        process.terminate()
        stdout, stderr = process.communicate()
    assert (process.returncode, stdout) == (0, "stopped\n")
    assert all(TOLD.match(line) for line in stderr.splitlines()), stderr
