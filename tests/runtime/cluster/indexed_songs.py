"""Songs that are indexed with and without a cluster, and what is in a catalog of them."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray
from ray_cluster import RATE, TINY_BUNDLE, tune

from samesong.runtime.catalog.reader import Catalog

N_SONGS = 23  # with those of which there are two recordings

Rows = list[tuple[dict[str, Any], NDArray[np.float32]]]


def write_songs(folder: Path) -> Path:
    """Write songs, a copy, one as WAV, two that are a little different, and a broken file."""
    folder.mkdir()
    for seed in range(20):
        soundfile.write(folder / f"{seed:02}.flac", tune(seed, 16.0), RATE)
    shutil.copy(folder / "03.flac", folder / "copy.flac")
    soundfile.write(folder / "05.wav", tune(5, 16.0), RATE)
    soundfile.write(folder / "06.ogg", tune(6, 16.0), RATE)
    soundfile.write(folder / "07-faster.flac", tune(7, 16.0), round(1.02 * RATE))
    (folder / "broken.flac").write_bytes(b"fLaC and nothing else")
    return folder


def write_model(folder: Path) -> Path:
    """Write the model of the tests with bars that twins and versions of these songs reach."""
    shutil.copytree(TINY_BUNDLE, folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["fitted"]["versions"] |= {
        **{"twin_cosine": 0.99, "speed_gain": 1.0},
        **{"coarse": -1000.0, "evidence": 0.0},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def content(catalog: Catalog) -> Rows:
    """Every track of a catalog but for times, and all values of its windows.

    A work is named after the track of it that was added first, which workers decide.
    """
    times = ("added", "listened")
    tracks = sorted(catalog.tracks(), key=lambda track: track.path)
    works = {track.work_id: track.track_id for track in tracks if track.work_id}
    return [
        (
            {name: value for name, value in vars(track).items() if name not in times}
            | {"work_id": works.get(track.work_id)},
            np.concatenate(
                [
                    level.ravel()
                    for one in catalog.windows(track.track_id)
                    for level in (*one.window.sequences.levels, one.window.chroma)
                ]
            ),
        )
        for track in tracks
    ]


def heard(rows: Rows) -> dict[str, list[str]]:
    """What is found by ear, by names of files: the other recordings of each, twins first."""
    names = {track["track_id"]: Path(track["path"]).name for track, _ in rows}
    return {
        names[track["track_id"]]: [names[one] for one in others]
        for track, _ in rows
        if (others := [*filter(None, [track["twin_of"]]), *track["heard_as"]])
    }
