"""What tests of several packages share: tunes in notes, and a model trained on them."""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import settings

# How long an example takes depends on what else the machine does.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

# Started in the background of a script, this process ignores Ctrl-C, and would pass that on to the
# commands that the tests interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

WriteTune = Callable[..., Path]

TINY_BUNDLE = Path(__file__).parent / "data" / "tiny_bundle"

CONFIG = """\
preset = "tiny"
front_end = "direct"
steps = 24
works_per_batch = 3
lengths = [[32, 24], [24, 24]]
warmup_steps = 2
average = 0.5
held_out = 0.4
validate_every = 4
validation_works = 3
"""

#: As 'samesong evaluate --json' prints them.
FIGURES = {
    "model": "model",
    "live_to_studio": {
        "n_queries": 40,
        "mAP": {"value": 0.8125, "low": 0.75, "high": 0.875},
        "top1": None,
    },
    "failures": [],
}


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    """Keep torch, where a test has imported it, to one thread: results are then reproducible."""
    if torch := sys.modules.get("torch"):
        torch.set_num_threads(1)


@pytest.fixture(scope="session")
def write_tune() -> WriteTune:
    """Write the tune of a seed as a MIDI file and return its path.

    A melody (part 0), a bass (part 1) and, with `drums`, a kick on every beat (part 2); `key`
    moves the pitched notes by semitones, and `tempo` is a factor.
    """

    def write(
        path: Path,
        seed: int,
        *,
        key: int = 0,
        tempo: float = 1.0,
        n_notes: int = 80,
        drums: bool = True,
    ) -> Path:
        import symusic

        rng = np.random.default_rng(seed)
        score = symusic.Score(480)
        score.tempos.append(symusic.Tempo(0, 120 * tempo))
        melody, bass, kick = (
            symusic.Track(name, program, is_drum)
            for name, program, is_drum in (("sax", 65, False), ("bass", 33, False), ("", 0, True))
        )
        time = 0
        for number in range(n_notes):
            duration = int(rng.choice([240, 480]))
            pitch = int(rng.integers(60, 80)) + key
            melody.notes.append(symusic.Note(time, duration, pitch, 100))
            if number % 4 == 0:
                bass.notes.append(symusic.Note(time, 2 * duration, pitch - 24, 90))
                kick.notes.append(symusic.Note(time, 120, 36, 110))
            time += duration
        for track in (melody, bass, *([kick] if drums else [])):
            score.tracks.append(track)
        path.parent.mkdir(parents=True, exist_ok=True)
        score.dump_midi(str(path))
        return path

    return write


@dataclass(frozen=True)
class Made:
    """What a command made, and what it printed."""

    path: Path
    stdout: str
    stderr: str


def samesong(*arguments: object) -> tuple[str, str]:
    """Run a command in a process of its own and return what it printed."""
    command = [str(Path(sys.executable).with_name("samesong")), *map(str, arguments)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, check=False, env=environment, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


MakeOnce = Callable[[str, Callable[[Path], tuple[Path, str, str]]], Made]


@pytest.fixture(scope="session")
def make_once(tmp_path_factory: pytest.TempPathFactory) -> MakeOnce:
    """Make what is slow to make once for all worker processes: the first that needs it does.

    What could not be made is not tried again: each test that needs it would take as long. The maker
    gets an empty folder of its own, and returns what it made there, which is only to be read, and
    what was printed.
    """
    root = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent  # that of this run; below it, each worker has its own

    def make(name: str, maker: Callable[[Path], tuple[Path, str, str]]) -> Made:
        folder, kept, failed = root / name, root / f"{name}.json", root / f"{name}.failed"
        with (root / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not kept.exists():
                assert not failed.exists(), f"{name} could not be made for another test"
                failed.touch()
                folder.mkdir()
                path, *printed = maker(folder)
                kept.write_text(json.dumps([str(path), *printed]))
        made, stdout, stderr = json.loads(kept.read_text())
        return Made(Path(made), stdout, stderr)

    return make


@pytest.fixture(scope="session")
def tunes(tmp_path_factory: pytest.TempPathFactory, write_tune: WriteTune) -> Path:
    """Return a folder of twelve tunes, an unreadable file and a configuration to train on them."""
    folder = tmp_path_factory.mktemp("tunes")
    for seed in range(12):
        write_tune(folder / f"{seed}.mid", seed)
    (folder / "broken.mid").write_bytes(b"no MIDI")
    (folder / "tiny.toml").write_text(CONFIG)
    return folder


@pytest.fixture(scope="session")
def trained(make_once: MakeOnce, tunes: Path) -> Made:
    """Return the folder of a run of ``samesong train``."""

    def train(folder: Path) -> tuple[Path, str, str]:
        run = folder / "run"
        arguments = ("--out", run, "--config", tunes / "tiny.toml", "--threads", 1)
        return run, *samesong("train", tunes, *arguments)

    return make_once("trained", train)


@pytest.fixture(scope="session")
def exported(make_once: MakeOnce, trained: Made) -> Made:
    """Return the bundle that ``samesong export`` made of that run, in place of an older one."""

    def export(folder: Path) -> tuple[Path, str, str]:
        tones = 55 * 2 ** (np.random.default_rng(1).integers(0, 48, 40) / 12)
        phase = 2 * np.pi * np.cumsum(np.repeat(tones, 11_025)) / 22_050
        soundfile.write(folder / "music.wav", 0.3 * np.sin(phase), 22_050)
        (folder / "concerts.json").write_text(json.dumps(FIGURES))
        bundle = Path(shutil.copytree(TINY_BUNDLE, folder / "model"))
        (bundle / "stale.txt").write_text("of the older bundle")
        arguments = (
            "--audio",
            folder / "music.wav",
            "--accuracy",
            "concerts",
            folder / "concerts.json",
        )
        return bundle, *samesong("export", trained.path / "best.pt", bundle, *arguments)

    return make_once("exported", export)
