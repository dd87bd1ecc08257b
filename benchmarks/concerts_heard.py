"""Set lists of concerts, found by the commands that a user runs."""

import resource
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import numpy as np
import soundfile
from commands import samesong
from concerts_figures import Concert, Listed, Played

from samesong.features import audio

_RATE = 24000  # Hz of the songs cut out, as of the concerts


def hear(
    truth: Mapping[str, Any],
    catalog: str,
    model: str,
    *,
    artists: Sequence[str] = (),
    others: float | None = None,
) -> Concert:
    """Index a concert's catalog, find the set list, and identify each of its known songs alone.

    Parameters
    ----------
    truth : mapping
        Content of the file that ``concerts.py build`` wrote.
    catalog : str
        Folder of the catalog; tracks that it holds already are not indexed again.
    model : str
        Name or folder of the model.
    artists : sequence of str, optional
        Artists that the commands are told.
    others : float, optional
        Tell the commands a repertoire: the songs that are played, and for each of them so many
        others, drawn with a fixed seed.

    Returns
    -------
    Concert
        Songs played and songs listed.
    """
    recording = truth["recording"]
    indexed = samesong("index", catalog, *truth["catalog"], "--model", model, "--json")
    ids = {file["path"]: file["track_id"] for file in indexed["files"]}
    if indexed["n_tracks"] > len(set(ids.values())):
        raise click.UsageError(f"{catalog} holds other tracks too: give a catalog of its own")
    songs = [part for part in truth["parts"] if part["kind"] == "song"]
    names = [ids[song["path"]] if song["known"] else None for song in songs]
    told = [part for artist in artists for part in ("--artist", artist)]
    with TemporaryDirectory() as folder:
        if others is not None:
            listed = Path(folder) / "repertoire.txt"
            listed.write_text("\n".join(repertoire(names, sorted(set(ids.values())), others)))
            told += ["--among", str(listed)]
        options = ["--model", model, *told]
        before = _cpu_seconds()
        found = samesong("setlist", catalog, recording, *options, "--format", "json")
        cpu_seconds = _cpu_seconds() - before
        alone = identified(recording, songs, catalog, options)
    return Concert(
        seconds=truth["duration"],
        cpu_seconds=cpu_seconds,
        played=tuple(
            Played(
                song["start"],
                song["end"],
                name,
                None if name is None else name == answer,
                song["key_shift"],
                song["tempo_ratio"],
            )
            for song, name, answer in zip(songs, names, alone, strict=True)
        ),
        listed=tuple(
            Listed(
                song["start"],
                song["end"],
                song["track"]["track_id"],
                song["key_shift"],
                song["tempo_ratio"],
            )
            if song["track"]
            else Listed(song["start"], song["end"], None)
            for song in found["songs"]
        ),
    )


def repertoire(played: Sequence[str | None], track_ids: Sequence[str], others: float) -> list[str]:
    """Return the tracks of a repertoire.

    Parameters
    ----------
    played : sequence of str or None
        Tracks that are played; None for a song that is not in the catalog.
    track_ids : sequence of str
        All tracks of the catalog.
    others : float
        Tracks that are not played for each one that is.

    Returns
    -------
    list of str
        Sorted.
    """
    known = {name for name in played if name is not None}
    rest = [track_id for track_id in track_ids if track_id not in known]
    size = min(len(rest), round(others * len(known)))
    drawn = np.random.default_rng(0).choice(len(rest), size, replace=False)
    return sorted(known | {rest[i] for i in drawn})


def identified(
    recording: str, songs: Sequence[Mapping[str, Any]], catalog: str, options: Sequence[str]
) -> list[str | None]:
    """Identify each song of a recording by itself, cut out of it.

    Parameters
    ----------
    recording : str
        The recording.
    songs : sequence of mapping
        Songs of the truth, with ``start`` and ``end``.
    catalog : str
        As `hear` takes it.
    options : sequence of str
        Options of the command.

    Returns
    -------
    list of str or None
        The track_id of each song; None where none is accepted.
    """
    with TemporaryDirectory() as folder:
        cuts = [str(Path(folder) / f"{number}.flac") for number in range(len(songs))]
        for cut, song in zip(cuts, songs, strict=True):
            start, end = song["start"], song["end"]
            samples = audio.load(recording, sample_rate=_RATE, start=start, duration=end - start)
            soundfile.write(cut, samples, _RATE)
        rankings = samesong("identify", catalog, *cuts, *options, "--top", "1", "--json")
    return [
        ranking["matches"][0]["track_id"] if ranking["accepted"] else None for ranking in rankings
    ]


def _cpu_seconds() -> float:
    """Return the processor time of all commands run so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
