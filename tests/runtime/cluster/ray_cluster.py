"""A Ray cluster of two nodes for the tests of this folder, and commands that use it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

SAMESONG = Path(sys.executable).with_name("samesong")
TINY_BUNDLE = Path(__file__).parents[2] / "data" / "tiny_bundle"
RATE = 22_050
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("RAY_")},
    "OMP_NUM_THREADS": "1",
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_worker_niceness": "0",  # workers would wait for all other tests to end
}


@dataclass
class TwoNodes:
    """The cluster, in a process of its own."""

    process: subprocess.Popen[str]
    address: str

    def do(self, line: str) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(line, file=self.process.stdin, flush=True)
        assert next(one for one in self.process.stdout if one == "done\n")

    def workers(self, *tasks: str) -> list[int]:
        """The processes that are at such a task now."""
        raylets = set(children({self.process.pid}))
        titles = tuple(f"ray::{task}".encode() for task in tasks)
        found = []
        for pid in children(raylets):
            with suppress(OSError):  # it ended meanwhile
                if Path(f"/proc/{pid}/cmdline").read_bytes().startswith(titles):
                    found.append(pid)
        return found


def children(parents: set[int]) -> Iterator[int]:
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):  # it ended meanwhile
            continue
        if parent in parents:
            yield int(path.parent.name)


@contextmanager
def two_nodes(said: Path, cores: int) -> Iterator[TwoNodes]:
    """Run the cluster, of nodes with so many cores each; it tells its errors in a file."""
    with (
        said.open("w") as errors,
        subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("two_nodes.py")), str(cores)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=ENVIRONMENT,
        ) as process,
    ):
        assert process.stdout is not None
        address = next((line for line in process.stdout if re.match(r"[\d.]+:\d+$", line)), "")
        assert address, said.read_text()
        yield TwoNodes(process, address.strip())
        assert process.stdin is not None
        process.stdin.close()


def tune(seed: int, seconds: float) -> np.ndarray:
    """Return (n_samples,) audio of the song of a seed, in random notes."""
    notes = np.random.default_rng(seed)
    time = np.arange(int(0.4 * RATE)) / RATE
    pitches = 60 + notes.integers(24, size=int(seconds / 0.4))
    waves = 440 * 2 ** ((pitches[:, None] - 69) / 12) * time
    tones = sum(np.sin(2 * np.pi * n * waves) / n for n in (1, 2, 3))
    return np.asarray(0.1 * np.exp(-3 * time) * tones, np.float32).ravel()


@contextmanager
def started(*arguments: object, cwd: Path = SAMESONG.parent) -> Iterator[subprocess.Popen[str]]:
    # Workers look into its folder first, and a clone has metadata of its own.
    with subprocess.Popen(
        [str(SAMESONG), *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
        cwd=cwd,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def ended(process: subprocess.Popen[str], code: int = 0) -> tuple[str, str]:
    """Wait until a command ends, and return what it printed."""
    stdout, stderr = process.communicate()
    assert process.returncode == code, stderr
    assert "Traceback" not in stderr
    return stdout, stderr


def run(*arguments: object, code: int = 0) -> tuple[str, str]:
    with started(*arguments) as process:
        return ended(process, code)
