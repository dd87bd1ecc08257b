"""Commands that write a catalog on a disk that gets full: what was acknowledged stays.

The disk is a small one in memory where this process may mount it, as root may. Elsewhere a limit on
the size of files stands for it, which fails in the middle of a write as well.
"""

import random
import resource
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from commands import SAMESONG
from trust_commands import MODEL, Ledger, index_failures, samesong, write_music

_DISK = 4 * 2**20
_KNOWN, _NEW = 8, 24  # files that are in the catalog before, and that are added
_MOST_FREE = 200_000  # bytes; all that is added takes somewhat less
_FILE_SIZES = (500, 12_000)  # bytes; limits at which something cannot be written
_KINDS = ("index", "index", "make", "optimize", "serve")
_SENTENCE = "the disk is full"
_DISK_FULL = 507


@dataclass
class FullResult:
    """What became of catalogs on full disks.

    Attributes
    ----------
    seed : int
        Of the room that is left.
    method : str
        How disks were made full.
    full : dict of str to int
        Commands that met a full disk, by their name.
    ended : int
        Commands that had room enough.
    tracks : int
        Tracks that were acknowledged before.
    lost : int
        Acknowledged tracks that were missing later on.
    faults : list of str
        What was wrong, a sentence each.
    """

    seed: int
    method: str = ""
    full: dict[str, int] = field(default_factory=dict)
    ended: int = 0
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


def measure_full(times: int, seed: int) -> FullResult:
    """Fill disks while catalogs on them are written, and look at what is left.

    Parameters
    ----------
    times : int
        Commands that meet a full disk.
    seed : int
        Of the room that is left.

    Returns
    -------
    FullResult
        What became of the catalogs.
    """
    draw, result, full = random.Random(seed), FullResult(seed), Counter[str]()
    with TemporaryDirectory() as folder:
        known = write_music(Path(folder) / "known", _KNOWN, seed)
        new = write_music(Path(folder) / "new", _NEW, seed + 1)
        uploads = write_music(Path(folder) / "uploads", _NEW, seed + 2)
        template = Path(folder) / "template"
        result.faults += index_failures(samesong("index", template, *known, *MODEL, "--json"))
        while full.total() < times and not result.faults:
            with _small_disk(Path(folder) / "disk") as disk:
                result.method = "file system in memory" if disk.is_mounted else "limit of file size"
                kind = draw.choice(_KINDS)
                ledger = Ledger(disk.folder / "catalog")
                if kind != "make":
                    shutil.copytree(template, ledger.catalog)
                ledger.look("before")
                result.tracks += len(ledger.acknowledged)
                disk.fill(draw)
                if kind == "serve":
                    met = _serve(disk, ledger, uploads)
                else:
                    met = _run(disk, ledger, kind, new)
                full[kind] += met
                result.ended += not met
                ledger.look(f"{kind} on a full disk")
                disk.make_room()
                files = [*([] if kind == "make" else known), *new]
                done = samesong("index", ledger.catalog, *files, *MODEL, "--json")
                ledger.faults += index_failures(done)
                ledger.close(files)
                result.lost += ledger.lost
                result.faults += ledger.faults
    result.full = dict(full)
    return result


@dataclass
class _Disk:
    """A folder on a disk of its own, or on that of everything else."""

    folder: Path
    is_mounted: bool
    file_size: int = resource.RLIM_INFINITY

    def fill(self, draw: random.Random) -> None:
        """Leave little room, sometimes none."""
        if self.is_mounted:
            free = max(0, draw.randrange(-_MOST_FREE // 4, _MOST_FREE))
            size = shutil.disk_usage(self.folder).free - free
            (self.folder / "filler").write_bytes(bytes(size))
        else:
            self.file_size = draw.randrange(*_FILE_SIZES)

    def make_room(self) -> None:
        (self.folder / "filler").unlink(missing_ok=True)
        self.file_size = resource.RLIM_INFINITY

    def start(self, *arguments: object) -> subprocess.Popen[str]:
        """Start a command that has no more room than this disk."""
        process = subprocess.Popen(
            [str(SAMESONG), *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        limit = (self.file_size, resource.RLIM_INFINITY)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, limit)
        return process


@contextmanager
def _small_disk(folder: Path) -> Iterator[_Disk]:
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={_DISK}", "samesong", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False)
        is_mounted = done.returncode == 0
    except FileNotFoundError:
        is_mounted = False
    try:
        yield _Disk(folder, is_mounted)
    finally:
        if is_mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
        shutil.rmtree(folder)


def _run(disk: _Disk, ledger: Ledger, kind: str, new: list[Path]) -> bool:
    """Run a command, and return whether it met a full disk."""
    arguments = ["catalog", "optimize"] if kind == "optimize" else ["index"]
    options = [] if kind == "optimize" else [*new, *MODEL]
    with disk.start(*arguments, ledger.catalog, *options) as process:
        _, said = process.communicate()
    if process.returncode == 0:
        return False
    last = said.strip().rpartition("\n")[2]
    if process.returncode != 2 or "Traceback" in said or _SENTENCE not in last:
        ledger.faults.append(f"{kind} on a full disk: {process.returncode}, {said[-500:]}")
    if kind == "make" and disk.is_mounted and ledger.catalog.exists():
        ledger.look("a catalog that could not be made")
    return True


def _serve(disk: _Disk, ledger: Ledger, uploads: list[Path]) -> bool:
    """Add recordings to a server until its disk is full, and again when there is room."""
    with disk.start("serve", ledger.catalog, "--port", "0", *MODEL) as process:
        assert process.stdout is not None
        said = process.stdout.readline().split()
        with httpx.Client(base_url=said[3], timeout=120, trust_env=False) as client:
            refused = [path for path in uploads if not _is_added(client, path, ledger)]
            disk.make_room()
            limit = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, limit)
            if refused and not _is_added(client, refused[0], ledger):
                ledger.faults.append("serve refuses a recording although there is room")
        process.terminate()
        _, complained = process.communicate()
    if "Traceback" in complained:
        ledger.faults.append(f"serve on a full disk: {complained[-500:]}")
    return bool(refused)


def _is_added(client: httpx.Client, path: Path, ledger: Ledger) -> bool:
    answer = client.post("/v1/tracks", files={"audio": (path.name, path.read_bytes())})
    if answer.is_success:
        ledger.acknowledged.add(answer.json()["track_id"])
    elif answer.status_code != _DISK_FULL:
        ledger.faults.append(f"serve on a full disk: {answer.status_code}, {answer.text}")
    return answer.is_success
