"""Measures by which cosine one recording in two encodings is told from two takes.

Songs are played from notes: once as they are, encoded in many ways; once more by the same
instruments to the same click, every note some 20 ms earlier or later and some louder or softer,
which is closer than a band comes to itself; and once by other instruments. ``twin_cosine`` of a
model's manifest lies between. Copies at another speed, in pitch as well, are told from encodings by
``speed_gain``::

    python benchmarks/twin_cosines.py MIDI --soundfont FluidR3_GM.sf2 --works 8
"""

import tempfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import click
import numpy as np
import soundfile
from encoding import encode
from markdown import table
from numpy.typing import NDArray

from samesong.features import resample
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import DEFAULT_MODEL, ModelBundle
from samesong.runtime.matching.twins import speed_gain, twin_cosine
from samesong.runtime.representation.window import Window, unpack
from samesong.training.soundfonts import play
from samesong.training.symbolic import Notes, read_midi

Samples = NDArray[np.float32]

RATE = 48_000
SECONDS = 150.0
SEED = 40_000

#: Speeds of copies, as times that of the original.
SPEEDS = (0.995, 1.01, 1.03)

#: Standard deviations of a take's onsets, in seconds, and of its loudness, of 1.
ONSETS, LOUDNESS = 0.02, 0.08


def encodings() -> dict[str, Callable[[Samples, Path], Path]]:
    """Return ways to encode samples into a folder, by name."""

    def late(samples: Samples, seconds: float) -> Samples:
        return np.concatenate([np.zeros(round(seconds * RATE), np.float32), samples])

    def louder(samples: Samples) -> Samples:  # tilted by some 6 dB and limited, as remasters are
        bass = np.convolve(samples, np.full(121, 1 / 121, np.float32), "same")
        bright = samples + 0.6 * (samples - bass) - 0.3 * bass
        return np.asarray(0.95 * np.tanh(3 * bright / np.abs(bright).max()), np.float32)

    return {
        "MP3, 64 kbit/s": lambda x, at: encode(x, at / "a.mp3", "libmp3lame", 64, rate=RATE),
        "MP3, 128 kbit/s": lambda x, at: encode(x, at / "b.mp3", "libmp3lame", 128, rate=RATE),
        "MP3, 320 kbit/s, 60 ms later": lambda x, at: encode(
            late(x, 0.06), at / "c.mp3", "libmp3lame", 320, rate=RATE
        ),
        "AAC, 96 kbit/s, 130 ms later": lambda x, at: encode(
            late(x, 0.13), at / "d.m4a", "aac", 96, rate=RATE
        ),
        "Opus, 48 kbit/s": lambda x, at: encode(x, at / "e.opus", "libopus", 48, rate=RATE),
        "FLAC, 16 kHz, softer": lambda x, at: _flac(
            0.3 * resample(x, RATE, RATE // 3), at / "f.flac", RATE // 3
        ),
        "remaster, MP3": lambda x, at: encode(
            louder(x), at / "g.mp3", "libmp3lame", 192, rate=RATE
        ),
        "remaster, start cut by 0.7 s": lambda x, at: encode(
            louder(x[round(0.7 * RATE) :]), at / "h.mp3", "libmp3lame", 192, rate=RATE
        ),
    }


@click.command()
@click.argument("corpus", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--soundfont", type=click.Path(exists=True, path_type=Path), required=True, help="To play by."
)
@click.option("--works", default=8, show_default=True, help="Songs to play.")
@click.option(
    "--model", default=DEFAULT_MODEL, show_default=True, help="Name or folder of a model."
)
def main(corpus: Path, soundfont: Path, works: int, model: str) -> None:
    """Compare encodings and takes of the songs in CORPUS, MIDI files, as MODEL hears them."""
    bundle = ModelBundle.load(model)
    analyser = Analyser(bundle, threads=1)
    bars = bundle.fitted.versions
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)

    def are_twins(pair: tuple[float, float]) -> bool:
        return pair[0] >= bars.twin_cosine and pair[1] <= bars.speed_gain

    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder)

        def windows(path: Path) -> list[Window]:
            """Return windows as a catalog keeps them."""
            made = analyser.recording(path)
            starts, ends = zip(*((one.start, one.end) for one in made), strict=True)
            return unpack([one.pack() for one in made], starts, ends)

        def compare(name: str, path: Path) -> None:
            copy, step = windows(path), bundle.step_seconds[0]
            cosine = twin_cosine(original, copy, step)
            # Windows that begin elsewhere are no twins, and cannot be compared step by step.
            gain = speed_gain(original, copy, step) if cosine > -1 else np.inf
            found[name].append((cosine, gain))
            path.unlink()

        for number, notes in enumerate(draw(corpus, works)):
            samples = perform(notes, soundfont, number)
            original = windows(_flac(samples, at / "original.flac"))
            for name, encode in encodings().items():
                compare(name, encode(samples, at))
            for speed in SPEEDS:
                faster = resample(samples, round(speed * RATE), RATE)
                compare(f"{speed} times the speed", _flac(faster, at / "faster.flac"))
            again = perform(played_again(notes, number), soundfont, number)
            compare("another take", _flac(again, at / "take.flac"))
            others = perform(notes, soundfont, number + works)
            compare("other instruments", _flac(others, at / "others.flac"))
            click.echo(f"{number + 1}/{works}", err=True)
    rows = [
        [
            name,
            *(f"{value:.3f}" for value in np.quantile([one[0] for one in pairs], [0, 0.5, 1])),
            *(f"{end(one[1] for one in pairs):.2f}" for end in (min, max)),
            f"{sum(map(are_twins, pairs))} of {len(pairs)}",
        ]
        for name, pairs in found.items()
    ]
    cosines = ("lowest cosine", "median", "highest")
    click.echo(table(["", *cosines, "least gain", "most", "twins"], rows))


def draw(corpus: Path, count: int) -> list[Notes]:
    """Draw songs that last long enough.

    Parameters
    ----------
    corpus : Path
        Folder of MIDI files.
    count : int
        Songs to draw.

    Returns
    -------
    list of Notes
        The songs.
    """
    paths = sorted(corpus.rglob("*.mid"))
    songs: list[Notes] = []
    for place in np.random.default_rng(SEED).permutation(len(paths)):
        if len(songs) == count:
            break
        notes = read_midi(paths[place])
        if len(notes) and notes.end >= SECONDS:
            songs.append(notes)
    return songs


def perform(notes: Notes, soundfont: Path, seed: int) -> Samples:
    """Play notes; the same seed draws the same instruments.

    Parameters
    ----------
    notes : Notes
        The song.
    soundfont : Path
        The soundfont.
    seed : int
        Draws the instruments.

    Returns
    -------
    ndarray, shape (n,), float32
        Mono audio at `RATE`.
    """
    rng = np.random.default_rng([SEED, seed])
    return play(notes, SECONDS, RATE, [soundfont], rng, tuning=0.0)


def played_again(notes: Notes, seed: int) -> Notes:
    """Move every note a little, as two takes to one click differ.

    Parameters
    ----------
    notes : Notes
        The song.
    seed : int
        Draws the changes.

    Returns
    -------
    take : Notes
        The other take.
    """
    rng = np.random.default_rng([SEED, 1, seed])
    onsets = np.maximum(0, notes.onset + rng.normal(0, ONSETS, len(notes)))
    velocity = np.clip(notes.velocity + rng.normal(0, LOUDNESS, len(notes)), 0.1, 1)
    return notes.having(
        onset=onsets.astype(np.float32), velocity=velocity.astype(notes.velocity.dtype)
    )


def _flac(samples: Samples, path: Path, rate: int = RATE) -> Path:
    soundfile.write(path, samples, rate)
    return path


if __name__ == "__main__":
    main()
