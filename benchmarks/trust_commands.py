"""What attacks on a catalog share: short recordings, the command line, and what has to hold."""

import json
import re
import subprocess
import wave
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from commands import SAMESONG

from samesong import Catalog
from samesong.runtime.catalog.folder import AUDIO
from samesong.runtime.catalog.leftovers import unfinished_files
from samesong.runtime.catalog.verify import verify

MODEL = ("--model", str(Path(__file__).parents[1] / "tests" / "data" / "tiny_bundle"))
_RATE = 22_050
_TEMPORARY = re.compile(r"\.tmp|\.new$")


def write_music(folder: Path, count: int, seed: int) -> list[Path]:
    """Write recordings of a second.

    Parameters
    ----------
    folder : Path
        Where; made if missing.
    count : int
        How many.
    seed : int
        Other recordings have another one.

    Returns
    -------
    list of Path
        WAV files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    draw = np.random.default_rng(seed)
    time = np.arange(_RATE) / _RATE
    files = [folder / f"{seed}-{number}.wav" for number in range(count)]
    for path in files:
        notes = draw.uniform(100, 2000, 4)
        sound = np.sin(2 * np.pi * np.outer(notes, time)).sum(axis=0) * 3000
        sound += draw.normal(0, 300, _RATE)
        with wave.open(str(path), "wb") as file:
            file.setparams((1, 2, _RATE, _RATE, "NONE", ""))
            file.writeframes(sound.astype("<i2").tobytes())
    return files


def samesong(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a command to its end.

    Parameters
    ----------
    *arguments : object
        Its arguments.

    Returns
    -------
    CompletedProcess
        With what it printed.
    """
    command = [str(SAMESONG), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)


@dataclass
class Ledger:
    """The tracks that a catalog has acknowledged, and what was found wrong with it.

    Attributes
    ----------
    catalog : Path
        The catalog.
    acknowledged : set of str
        Names of tracks that were seen in it, or that a client was told of.
    lost : int
        How many of them were missing later on.
    faults : list of str
        What else was wrong, a sentence each.
    """

    catalog: Path
    acknowledged: set[str] = field(default_factory=set)
    lost: int = 0
    faults: list[str] = field(default_factory=list)

    def look(self, when: str) -> None:
        """Look at the catalog: it is sound, has all acknowledged tracks, and each one once.

        Parameters
        ----------
        when : str
            For messages.
        """
        if not self.acknowledged and not (self.catalog / "tracks.lance" / "_versions").exists():
            return  # it was not made yet
        catalog = Catalog(self.catalog)
        self.faults += [f"{when}: {problem}" for problem in verify(catalog).problems]
        tracks = catalog.tracks()
        times = Counter(track.path for track in tracks)
        self.faults += [f"{when}: {path} is there twice" for path, n in times.items() if n > 1]
        found = {track.track_id for track in tracks}
        if missing := self.acknowledged - found:
            self.lost += len(missing)
            self.faults.append(f"{when}: {len(missing)} acknowledged tracks are lost")
        self.acknowledged = found

    def close(self, files: list[Path]) -> None:
        """Look at a catalog that was written to the end: it has all files, and nothing else.

        Parameters
        ----------
        files : list of Path
            What was indexed.
        """
        self.look("at the end")
        catalog = Catalog(self.catalog)
        paths = {track.path for track in catalog.tracks()}
        if missing := [path for path in files if str(path) not in paths]:
            self.faults.append(f"{len(missing)} files are not in the catalog")
        if left := verify(catalog).leftovers:
            self.faults.append(f"{left} windows of no track are left")
        left_files = [*unfinished_files(self.catalog), *self._uploads_of_no_track()]
        left_files += [path for path in self.catalog.rglob("*") if _TEMPORARY.search(path.name)]
        self.faults += [f"{path.relative_to(self.catalog)} is left" for path in left_files]

    def _uploads_of_no_track(self) -> list[Path]:
        audio = self.catalog / AUDIO
        return [path for path in audio.glob("*") if path.name not in self.acknowledged]


def index_failures(done: subprocess.CompletedProcess[str]) -> list[str]:
    """Return what is wrong with what ``index --json`` said of files that are all sound.

    Parameters
    ----------
    done : CompletedProcess
        The command.

    Returns
    -------
    list of str
        A sentence each.
    """
    if done.returncode:
        return [f"index ended with {done.returncode}: {done.stderr[-300:]}"]
    files = json.loads(done.stdout)["files"]
    return [f"{file['path']} failed" for file in files if file["status"] == "failed"]
