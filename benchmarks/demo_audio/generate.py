"""Generates the audio of ``samesong demo``: twelve renderings of six old tunes, and excerpts.

Needs the ``fluidsynth`` program, the FluidR3 GM soundfont (Debian: fluidsynth, fluid-soundfont-gm),
``pip install '.[training]' mido``, and the Debian packages that ``recordings.py`` names, unpacked::

    apt-get download singularity-music fretsonfire-songs-muldjord fretsonfire-songs-sectoid
    for package in *.deb; do dpkg-deb -x $package unpacked; done
    python benchmarks/demo_audio/generate.py unpacked
"""

import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import click
import mido
import numpy as np
import soundfile
from arrangement import Arrangement, Comp, Drums, Lead
from arrangements import STAGE, STUDIO
from attribution import attribution
from band import Note, play_arrangement
from live_settings import LIVE
from mutagen.oggopus import OggOpus
from numpy.typing import NDArray
from recordings import RECORDINGS, Recording
from tunes import TUNES

from samesong.features import audio
from samesong.training.live import simulate_live

RATE = 24000  # Hz, one of those that Opus knows; nothing above 12 kHz matters to samesong
LOUDNESS = -20.0  # dB below full scale, root mean square
OUT = Path(__file__).parents[2] / "runtime" / "demo_audio"

Samples = NDArray[np.float32]


@click.command()
@click.argument("packages", type=click.Path(exists=True, path_type=Path))
@click.option("--out", default=OUT, type=click.Path(path_type=Path), show_default=True)
@click.option("--soundfont", default="/usr/share/sounds/sf2/FluidR3_GM.sf2", show_default=True)
@click.option("--only", default="", help="Only generate files whose name contains this.")
def main(packages: Path, out: Path, soundfont: str, only: str) -> None:
    """Write the demo's audio, given a folder of unpacked Debian PACKAGES."""
    out.mkdir(exist_ok=True)
    jobs: dict[str, tuple[Callable[[], Samples], str, str]] = {}
    for seed, name in enumerate(TUNES):
        title = TUNES[name].title
        jobs[f"studio_{name}"] = (
            lambda name=name, seed=seed: render(STUDIO[name], name, seed, soundfont),
            title,
            STUDIO[name].artist,
        )
        jobs[f"live_{name}"] = (
            lambda name=name, seed=seed: on_stage(name, seed, soundfont),
            f"{title} (live)",
            STAGE[name].artist,
        )
    for recording in RECORDINGS:
        jobs[f"other_{recording.name}"] = (
            lambda recording=recording: excerpt(packages, recording),
            recording.title,
            recording.release.artist,
        )
    (out / "ATTRIBUTION.md").write_text(attribution(), encoding="utf-8")
    for name, (make, title, artist) in jobs.items():
        if only in name:
            write(out / f"{name}.opus", make(), title, artist)
            click.echo(f"{name}: {(out / f'{name}.opus').stat().st_size / 1000:.0f} kB")


def render(arrangement: Arrangement, name: str, seed: int, soundfont: str) -> Samples:
    """Render an arrangement with a soundfont, player by player, and mix.

    Parameters
    ----------
    arrangement : Arrangement
        Players and order of the parts.
    name : str
        Name of the tune.
    seed : int
        Seed of the performance.
    soundfont : str
        SF2 file.

    Returns
    -------
    numpy.ndarray, shape (n_samples,), float32
        Mono audio at `RATE`.
    """
    notes = play_arrangement(arrangement, TUNES[name], seed)
    stems = [
        balanced(play_midi(player, notes[part], soundfont), player.level)
        for part, player in arrangement.players.items()
    ]
    mixed = np.zeros(max(map(len, stems)), dtype=np.float32)
    for stem in stems:
        mixed[: len(stem)] += stem
    audible = np.flatnonzero(np.abs(mixed) > 0.01 * np.max(np.abs(mixed)))
    return mixed[: audible[-1] + RATE // 2]


def balanced(stem: Samples, level: float) -> Samples:
    """Set the level of a player.

    Parameters
    ----------
    stem : numpy.ndarray, shape (n_samples,), float32
        Audio of the player at `RATE`.
    level : float
        Level of the median second in which it plays, in dB.

    Returns
    -------
    numpy.ndarray, shape (n_samples,), float32
        The audio at that level.
    """
    seconds = np.sqrt(np.mean(stem[: len(stem) // RATE * RATE].reshape(-1, RATE) ** 2, axis=1))
    usual = np.median(seconds[seconds > 0.1 * np.max(seconds)])
    return stem * (10 ** (level / 20) / usual)


def play_midi(player: Comp | Lead | Drums, notes: list[Note], soundfont: str) -> Samples:
    """Render one player's notes with FluidSynth.

    Parameters
    ----------
    player : Comp, Lead or Drums
        The player.
    notes : list of Note
        Its notes.
    soundfont : str
        SF2 file.

    Returns
    -------
    numpy.ndarray, shape (n_samples,), float32
        Mono audio at `RATE`.
    """
    with tempfile.TemporaryDirectory() as folder:
        score, sound = Path(folder, "score.mid"), Path(folder, "sound.wav")
        write_midi(score, player, notes)
        options = ["-ni", "-q", "-g", "0.5", "-r", str(2 * RATE), "-F", str(sound)]
        subprocess.run(["fluidsynth", *options, soundfont, str(score)], check=True)
        return audio.load(sound, sample_rate=RATE)


def on_stage(name: str, seed: int, soundfont: str) -> Samples:
    """Render the stage arrangement as recorded from the audience.

    Parameters
    ----------
    name : str
        Name of the tune.
    seed : int
        Seed of the performance.
    soundfont : str
        SF2 file.

    Returns
    -------
    numpy.ndarray, shape (n_samples,), float32
        Mono audio at `RATE`.
    """
    played = render(STAGE[name], name, 100 + seed, soundfont)
    with_applause = np.pad(played, (2 * RATE, 3 * RATE))
    return simulate_live(with_applause, RATE, LIVE[name], np.random.default_rng(seed))


def excerpt(packages: Path, recording: Recording) -> Samples:
    """Cut an excerpt from a free recording, mixing its stems.

    Parameters
    ----------
    packages : Path
        Folder of the unpacked packages.
    recording : Recording
        The recording.

    Returns
    -------
    numpy.ndarray, shape (n_samples,), float32
        80 s of mono audio at `RATE`.
    """
    stems = [
        audio.load(
            packages / recording.release.folder / stem,
            sample_rate=RATE,
            start=recording.start,
            duration=80.0,
        )
        for stem in recording.stems
    ]
    return np.asarray(sum(stems))


def write_midi(path: Path, player: Comp | Lead | Drums, notes: list[Note]) -> None:
    """Write a MIDI file with a tick of one millisecond.

    Parameters
    ----------
    path : Path
        File to write.
    player : Comp, Lead or Drums
        The player.
    notes : list of Note
        Its notes.
    """
    channel = 9 if isinstance(player, Drums) else 0
    events = [
        (0, mido.Message("program_change", channel=channel, program=player.program)),
        (0, mido.Message("control_change", channel=channel, control=91, value=45)),  # reverb
    ]
    for note in notes:
        key = {"channel": channel, "note": note.pitch}
        start, end = round(1000 * note.start), round(1000 * (note.start + note.length))
        events.append((start, mido.Message("note_on", velocity=note.velocity, **key)))
        events.append((end, mido.Message("note_off", **key)))
    # A note that ends where the next of its pitch begins must end first.
    events.sort(key=lambda event: (event[0], event[1].type == "note_on"))
    track = mido.MidiTrack()
    now = 0
    for time, message in events:
        track.append(message.copy(time=time - now))
        now = time
    file = mido.MidiFile(ticks_per_beat=500)
    file.tracks.append(track)
    file.save(path)


def write(path: Path, samples: Samples, title: str, artist: str) -> None:
    """Level the audio, fade its ends, encode it as Opus, and tag it.

    Parameters
    ----------
    path : Path
        File to write.
    samples : numpy.ndarray, shape (n_samples,), float32
        Mono audio at `RATE`.
    title, artist : str
        Tags.
    """
    gain = 10 ** (LOUDNESS / 20) / np.sqrt(np.mean(samples**2))
    levelled = samples * min(gain, 0.9 / np.max(np.abs(samples)))
    fade = np.linspace(0, 1, RATE)
    levelled[: RATE // 20] *= fade[::20]
    levelled[-RATE:] *= fade[::-1]
    soundfile.write(path, levelled, RATE, format="OGG", subtype="OPUS", compression_level=0.92)
    tagged = OggOpus(path)
    tagged.update({"title": title, "artist": artist})
    tagged.save()


if __name__ == "__main__":
    main()
