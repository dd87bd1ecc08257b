"""Processes that write a catalog, killed at any moment: what was acknowledged stays.

Moments are drawn in processor time from a sign of life on, so that they fall into the work, and not
into the start of Python, however busy the machine is.
"""

import os
import random
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from time import sleep

import click
import httpx
from commands import SAMESONG
from trust_commands import MODEL, Ledger, index_failures, samesong, write_music

_FILES = 40  # of a catalog; a group of 16 is committed at a time
_UPLOADS = 12  # of a server, before it is killed
_KILLS = 6  # of a catalog, before it is written to the end
_POLL_SECONDS = 0.002
_INDEX_SECONDS, _OPTIMIZE_SECONDS, _SERVE_SECONDS = 0.3, 1.0, 0.2  # at most, after a sign of life
_KINDS = ("index", "index", "index", "optimize", "serve")


@dataclass
class KillResult:
    """What became of catalogs whose writers were killed.

    Attributes
    ----------
    seed : int
        Of the moments.
    kills : dict of str to int
        Processes that were killed at work, by their command.
    ended : int
        Processes that were done before.
    catalogs : int
        Catalogs that were written.
    tracks : int
        Tracks that they had acknowledged at the end.
    lost : int
        Acknowledged tracks that were missing later on.
    faults : list of str
        What was wrong, a sentence each.
    """

    seed: int
    kills: dict[str, int] = field(default_factory=dict)
    ended: int = 0
    catalogs: int = 0
    tracks: int = 0
    lost: int = 0
    faults: list[str] = field(default_factory=list)

    def failures(self) -> list[str]:
        """Return what did not hold.

        Returns
        -------
        list of str
            Empty if all did.
        """
        return self.faults


def measure_kill(times: int, seed: int) -> KillResult:
    """Kill processes, and look at what they leave; Ctrl-C ends it with what was found so far.

    Parameters
    ----------
    times : int
        Processes that are killed.
    seed : int
        Of the moments.

    Returns
    -------
    KillResult
        What became of their catalogs.
    """
    draw, result, kills = random.Random(seed), KillResult(seed), Counter[str]()
    with suppress(KeyboardInterrupt):
        while kills.total() < times:
            with TemporaryDirectory() as folder:
                attack = _Attack(Path(folder), draw)
                most = min(_KILLS, times - kills.total())
                kinds = ["index", *draw.choices(_KINDS, k=most - 1)]
                for number, drawn in enumerate(kinds):
                    kind = drawn if attack.ledger.catalog.exists() else "index"
                    was_killed = attack.kill(kind)
                    kills[kind] += was_killed
                    result.ended += not was_killed
                    attack.ledger.look(f"catalog {result.catalogs}, {kind} {number}")
                attack.finish()
            result.catalogs += 1
            result.tracks += len(attack.ledger.acknowledged)
            result.lost += attack.ledger.lost
            result.faults += attack.ledger.faults
            result.kills = dict(kills)
    return result


class _Attack:
    """A catalog, and processes that write it."""

    def __init__(self, folder: Path, draw: random.Random) -> None:
        self.ledger = Ledger(folder / "catalog")
        self._draw = draw
        self._music = folder / "music"
        self._files = write_music(self._music, _FILES, draw.randrange(2**31))
        self._uploads = folder / "uploads"
        self._temporary = folder / "temporary"
        self._temporary.mkdir()
        self._log = folder / "log"

    def kill(self, kind: str) -> bool:
        """Start a command and kill it; return False if it was done before."""
        return {"index": self._index, "optimize": self._optimize, "serve": self._serve}[kind]()

    def finish(self) -> None:
        """Write the catalog to its end, and look at what is left."""
        done = samesong("index", self.ledger.catalog, self._music, *MODEL, "--json")
        self.ledger.faults += index_failures(done)
        with self._started("serve", "--port", "0", *MODEL) as process:
            _wait(process, lambda: self._url() is not None)
            process.terminate()
            process.wait()
        # Lance's, which are of no use to anyone, and of no size.
        left = [path for path in self._temporary.iterdir() if not _is_empty_folder(path)]
        self.ledger.faults += [f"{path.name} is left" for path in left]
        self.ledger.close(self._files)

    def _index(self) -> bool:
        sign = self._draw.randrange(-1, _FILES)  # the folder, or a file that is told to be done
        with self._started("index", self._music, *MODEL, "-v") as process:
            if sign < 0:
                _wait(process, self.ledger.catalog.exists)
            else:
                _wait(process, lambda: self._log.read_text().count("\n[") >= sign)
            return self._kill(process, _INDEX_SECONDS)

    def _optimize(self) -> bool:
        lock = self.ledger.catalog / ".writer.lock"
        before = lock.stat().st_mtime_ns if lock.exists() else 0
        with self._started("catalog optimize") as process:
            _wait(process, lambda: lock.exists() and lock.stat().st_mtime_ns != before)
            return self._kill(process, _OPTIMIZE_SECONDS)

    def _serve(self) -> bool:
        files = write_music(self._uploads, _UPLOADS, self._draw.randrange(2**31))
        told: list[str] = []
        sign = self._draw.randrange(_UPLOADS)
        with self._started("serve", "--port", "0", *MODEL) as process:
            _wait(process, lambda: self._url() is not None)
            sending = Thread(target=_upload, args=(self._url() or "http://", files, told))
            sending.start()
            _wait(process, lambda: len(told) >= sign or not sending.is_alive())
            was_killed = self._kill(process, _SERVE_SECONDS)
            sending.join()
        self.ledger.acknowledged |= set(told)
        return was_killed

    @contextmanager
    def _started(self, command: str, *options: object) -> Iterator[subprocess.Popen[bytes]]:
        arguments = [*command.split(), self.ledger.catalog, *options]
        environment = {**os.environ, "TMPDIR": str(self._temporary), "PYTHONUNBUFFERED": "1"}
        with self._log.open("w") as log:
            process = subprocess.Popen(
                [SAMESONG, *map(str, arguments)], stdout=log, stderr=log, env=environment
            )
        with process:
            try:
                yield process
            finally:
                process.kill()
        if "Traceback" in self._log.read_text():
            self.ledger.faults.append(f"{command} says {self._log.read_text()[-300:]}")

    def _url(self) -> str | None:
        # It may say before that it made a catalog, where the first writer was killed too early.
        said = re.search(r"^samesong is at (\S+) ", self._log.read_text(), re.MULTILINE)
        return said and said[1]

    def _kill(self, process: subprocess.Popen[bytes], most: float) -> bool:
        if process.poll() is None:
            until = _processor_seconds(process.pid) + self._draw.uniform(0, most)
            _wait(process, lambda: _processor_seconds(process.pid) >= until)
        process.kill()
        if code := max(0, process.wait()):
            self.ledger.faults.append(f"ended with {code}: {self._log.read_text()[-300:]}")
        return process.returncode < 0


def _upload(url: str, files: Sequence[Path], told: list[str]) -> None:
    """Add recordings to a server until it is gone."""
    with httpx.Client(base_url=url, timeout=120, trust_env=False) as client:
        for path in files:
            try:
                answer = client.post("/v1/tracks", files={"audio": (path.name, path.read_bytes())})
            except httpx.HTTPError:
                return
            if answer.is_success:
                told.append(answer.json()["track_id"])


def _is_empty_folder(path: Path) -> bool:
    return path.is_dir() and not any(path.iterdir())


def _wait(process: subprocess.Popen[bytes], sign: Callable[[], bool]) -> None:
    """Wait for a sign of a process, or its end."""
    while process.poll() is None and not sign():
        sleep(_POLL_SECONDS)


def _processor_seconds(pid: int) -> float:
    try:
        *_, fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")
    except OSError as error:
        raise click.ClickException(f"process {pid} cannot be watched ({error})") from error
    return sum(map(int, fields.split()[11:13])) / os.sysconf("SC_CLK_TCK")
