"""Creates a test set: studio tracks, and simulated live recordings of some of them.

Any folder of music will do. These Debian packages hold over 200 free tracks of 30 s to 8 minutes::

    apt-get download asc-music colobot-common-sounds extremetuxracer-data fillets-ng-data \
        flare-game hyperrogue-music lincity-ng-data marsshooter-data planetblupi-music-ogg \
        singularity-music supertux-data warzone2100-music wesnoth-1.16-music xmoto-data
    for package in *.deb; do dpkg-deb -x $package unpacked; done
    pip install '.[cpu,training]'
    python benchmarks/live_set.py sets/degrees unpacked
    python benchmarks/live_set.py sets/hard unpacked --queries 10 --transpose 5 --tempo 1.2 \
        --crowd-db 0

Key and tempo are spread evenly over three degrees each unless given; everything else (room, crowd,
microphone, missing and repeated sections, codec) is drawn for each recording. The folder gets
``live/`` and ``list.csv``, which ``samesong evaluate`` also reads.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click
import numpy as np
import soundfile

from samesong.features import audio
from samesong.features.errors import AudioError
from samesong.runtime.files.discovery import content_hash, find_audio
from samesong.training.live import LiveSettings, random_settings, simulate_live

RATE = 24000  # Hz; nothing above 12 kHz matters to samesong, nor to HPCP
SHORTEST, LONGEST = 30.0, 480.0  # seconds of a track
PLAYED = 240.0  # seconds of a track that are played live, at most
LIST, LIVE = "list.csv", "live"
COLUMNS = ("path", "work_id", "kind", "transpose", "tempo", "crowd_db")

#: Path endings of pieces that those packages contain in two versions or cuts. Sliding 20 s of one
#: spectrum along the other gives correlations of .2 to .9, with other pieces less than .1.
SAME_WORK = (
    ("flare/mods/fantasycore/music/battle_theme.ogg", "supertux2/music/misc/battle_theme.ogg"),
    ("supertux2/music/antarctic/cave.ogg", "supertux2/music/retro/cave_old.ogg"),
    ("supertux2/music/forest/forest2.ogg", "supertux2/music/misc/credits.ogg"),
    ("supertux2/music/misc/theme.ogg", "supertux2/music/misc/christmas_theme.ogg"),
    (
        "supertux2/music/forest/shallow-green.ogg",
        "supertux2/music/forest/call_of_the_winding_path.ogg",
    ),
)

#: Upper bounds of the degrees of change, in semitones and as a fraction of the tempo.
KEY_DEGREES = (0, 2, 6)
TEMPO_DEGREES = (0.05, 0.15, 0.40)


@dataclass(frozen=True)
class Studio:
    """A studio track; only pairs in `SAME_WORK` share a work."""

    path: Path
    work_id: str


@dataclass(frozen=True)
class Live:
    """A live recording, and its differences from the track of its work."""

    path: Path
    work_id: str
    transpose: float
    tempo: float
    crowd_db: float


@dataclass(frozen=True)
class LiveSet:
    """Studio tracks, and live recordings of some of them."""

    studio: tuple[Studio, ...]
    live: tuple[Live, ...]


def read_live_set(folder: Path) -> LiveSet:
    """Read a set.

    Parameters
    ----------
    folder : Path
        Folder of the set.

    Returns
    -------
    LiveSet
        The set.
    """
    studio: list[Studio] = []
    live: list[Live] = []
    with (folder / LIST).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            path, work = folder / row["path"], row["work_id"]
            if row["kind"] == "studio":
                studio.append(Studio(path, work))
            else:
                changes = (float(row[name]) for name in COLUMNS[3:])
                live.append(Live(path, work, *changes))
    return LiveSet(tuple(studio), tuple(live))


def find_tracks(music: Sequence[Path]) -> list[Path]:
    """Find tracks of a song's length, each content once.

    Parameters
    ----------
    music : sequence of Path
        Folders to search.

    Returns
    -------
    list of Path
        Audio files.
    """
    tracks: dict[str, Path] = {}
    for path in find_audio(music).files:
        try:
            if SHORTEST <= audio.probe(path).duration <= LONGEST:
                tracks.setdefault(content_hash(path), path.resolve())
        except AudioError:
            continue
    return list(tracks.values())


def works_of(paths: Sequence[Path]) -> list[Studio]:
    """Assign works to tracks.

    Parameters
    ----------
    paths : sequence of Path
        Audio files.

    Returns
    -------
    list of Studio
        The tracks, each with its own work except for pairs in `SAME_WORK`.
    """
    work_ids: dict[object, str] = {}  # by the pair of versions, or by the only one
    studio = []
    for number, path in enumerate(paths):
        piece = next((pair for pair in SAME_WORK if path.as_posix().endswith(pair)), path)
        studio.append(Studio(path, work_ids.setdefault(piece, f"track_{number:03}")))
    return studio


def degree_of_change(number: int, rng: np.random.Generator) -> tuple[int, float]:
    """Draw a change of key and tempo.

    Parameters
    ----------
    number : int
        Number of the recording; nine in a row cover all degrees of both.
    rng : numpy.random.Generator
        Draws the change within its degree.

    Returns
    -------
    semitones : int
        Change of key.
    tempo : float
        Factor of the tempo.
    """
    key, tempo = number % 3, number // 3 % 3
    low = KEY_DEGREES[key - 1] + 1 if key else 0
    semitones = int(rng.integers(low, KEY_DEGREES[key] + 1)) * int(rng.choice([-1, 1]))
    least = TEMPO_DEGREES[tempo - 1] if tempo else 0.0
    change = rng.uniform(least, TEMPO_DEGREES[tempo]) * rng.choice([-1, 1])
    return semitones, 1 + float(change)


Folder = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.argument("folder", metavar="SET", type=click.Path(path_type=Path))
@click.argument("music", nargs=-1, required=True, type=Folder)
@click.option("--tracks", default=200, show_default=True, help="Maximum number of studio tracks.")
@click.option("--queries", default=72, show_default=True, help="Number of live recordings.")
@click.option("--seed", default=1, show_default=True, help="Seed of the tracks and their changes.")
@click.option("--transpose", type=float, help="Semitones, for all recordings.")
@click.option("--tempo", type=float, help="Factor of the tempo, for all recordings.")
@click.option(
    "--crowd-db", type=float, help="Level of the music above the crowd in dB, for all recordings."
)
@click.option("--rooms", type=Folder, help="Impulse responses of rooms; simulated by default.")
@click.option("--crowd", type=Folder, help="Recordings of crowds; synthesised by default.")
@click.option(
    "--mic", type=Folder, help="Impulse responses of microphones; band limits by default."
)
def main(
    *,
    folder: Path,
    music: tuple[Path, ...],
    tracks: int,
    queries: int,
    seed: int,
    transpose: float | None,
    tempo: float | None,
    crowd_db: float | None,
    rooms: Path | None,
    crowd: Path | None,
    mic: Path | None,
) -> None:
    """Create SET from the tracks in MUSIC folders; the same seed gives the same set."""
    # An interrupted run leaves only live/, which is overwritten.
    if folder.exists() and any(path.name != LIVE for path in folder.iterdir()):
        raise click.UsageError(f"{folder} is not empty: name a new folder")
    found = find_tracks(music)
    chosen = np.random.default_rng(seed).permutation(len(found))[:tracks]
    if len(chosen) < max(tracks, queries):
        raise click.UsageError(
            f"only {len(found)} tracks of {SHORTEST:.0f} to {LONGEST:.0f} s found, but "
            f"{max(tracks, queries)} needed: add music, or lower --tracks and --queries"
        )
    studio = works_of([found[index] for index in chosen])
    (folder / LIVE).mkdir(parents=True, exist_ok=True)
    live = []
    for number, track in enumerate(studio[:queries]):
        rng = np.random.default_rng([seed, number])
        semitones, factor = degree_of_change(number, rng)
        settings = random_settings(rng, rooms=rooms, crowds=crowd, microphones=mic)
        detuned = settings.transpose - round(settings.transpose)
        settings = replace(
            settings,
            transpose=semitones + detuned if transpose is None else transpose,
            tempo=factor if tempo is None else tempo,
            crowd_db=settings.crowd_db if crowd_db is None else crowd_db,
        )
        live.append(play(track, settings, folder / LIVE / f"{number:03}.flac", rng))
        print(f"{number + 1}/{queries} {track.path.name}", flush=True)
    write_list(folder, studio, live)
    print(f"{folder / LIST}: {len(studio)} studio tracks, {len(live)} live recordings")


def play(track: Studio, settings: LiveSettings, path: Path, rng: np.random.Generator) -> Live:
    """Simulate a live recording and write it to a file.

    Parameters
    ----------
    track : Studio
        The track that is played.
    settings : LiveSettings
        Settings of the simulator.
    path : Path
        File to write.
    rng : numpy.random.Generator
        Draws everything else.

    Returns
    -------
    Live
        The live recording.
    """
    samples = audio.load(track.path, sample_rate=RATE, duration=PLAYED)
    soundfile.write(path, simulate_live(samples, RATE, settings, rng), RATE)
    crowd_db = 0.0 if settings.crowd_db is None else settings.crowd_db
    return Live(path, track.work_id, settings.transpose, settings.tempo, crowd_db)


def write_list(folder: Path, studio: Sequence[Studio], live: Sequence[Live]) -> None:
    """Write the list of a set; paths of live recordings are relative to its folder.

    Parameters
    ----------
    folder : Path
        Folder of the set.
    studio : sequence of Studio
        Studio tracks.
    live : sequence of Live
        Live recordings.
    """
    with (folder / LIST).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for track in studio:
            writer.writerow([track.path, track.work_id, "studio", "", "", ""])
        for query in live:
            relative = query.path.relative_to(folder)
            changes = (f"{v:.3f}" for v in (query.transpose, query.tempo, query.crowd_db))
            writer.writerow([relative, query.work_id, "live", *changes])


if __name__ == "__main__":
    main()
