"""Counts how many simulated live recordings are identified in a catalog of real tracks.

Runs ``samesong index`` and ``samesong identify`` on a set of ``live_set.py``. Any track of the
right work is correct. Wrong first tracks are listed with their probability: a folder of real
recordings may contain a piece twice under different names, which only a listener can decide::

    python benchmarks/live_set.py sets/hard MUSIC --queries 10 --transpose 5 --tempo 1.2 \
        --crowd-db 0
    python benchmarks/live_catalog.py sets/hard
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
from commands import samesong
from live_set import Live, read_live_set

from samesong.runtime.inference.bundle import DEFAULT_MODEL, ModelBundle


@dataclass(frozen=True)
class Outcome:
    """Result of one query; the rank counts from 1, and is None beyond the tracks shown."""

    query: str
    track: str
    transpose: float
    tempo: float
    crowd_db: float
    rank: int | None
    accepted: bool
    probability: float
    first: str
    first_probability: float
    seconds: float


@click.command()
@click.argument("folder", metavar="SET", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--model", default=DEFAULT_MODEL, show_default=True, help="Name or folder of a model."
)
@click.option(
    "--catalogs", type=click.Path(path_type=Path), help="Folder of the catalogs; in SET by default."
)
@click.option(
    "--json", "json_path", type=click.Path(path_type=Path), help="Write the results to this file."
)
def main(folder: Path, model: str, catalogs: Path | None, json_path: Path | None) -> None:
    """Index the studio tracks of SET, identify its live recordings, and count correct answers."""
    live_set = read_live_set(folder)
    catalog = str((catalogs or folder / "catalogs") / ModelBundle.load(model).fingerprint)
    tracks = [str(track.path) for track in live_set.studio]
    indexed = samesong("index", catalog, *tracks, "--model", model, "--json")
    print(f"{indexed['n_tracks']} tracks in the catalog", flush=True)
    names = {file["track_id"]: Path(file["path"]).name for file in indexed["files"]}
    by_path = {file["path"]: file["track_id"] for file in indexed["files"]}
    works: dict[str, list[str]] = {}
    for track in live_set.studio:
        works.setdefault(track.work_id, []).append(by_path[str(track.path)])
    outcomes = []
    for query in live_set.live:
        (ranking,) = samesong("identify", catalog, str(query.path), "--model", model, "--json")
        outcomes.append(outcome(query, ranking, works[query.work_id], names))
        show(outcomes[-1])
    n_first = sum(o.rank == 1 for o in outcomes)
    n_accepted = sum(o.rank == 1 and o.accepted for o in outcomes)
    print(
        f"{n_first} of {len(outcomes)} have the right track first, {n_accepted} of them accepted; "
        f"{sum(o.accepted and o.rank != 1 for o in outcomes)} are accepted as another song"
    )
    if json_path:
        report = {
            "tracks": indexed["n_tracks"],
            "queries": len(outcomes),
            "right_first": n_first,
            "right_first_and_accepted": n_accepted,
            "outcomes": [asdict(o) for o in outcomes],
        }
        json_path.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def outcome(query: Live, ranking: Any, track_ids: Sequence[str], names: dict[str, str]) -> Outcome:
    """Return the result of a query.

    Parameters
    ----------
    query : Live
        The live recording.
    ranking : dict
        Answer of ``samesong identify --json``.
    track_ids : sequence of str
        Tracks of the right work.
    names : dict of str to str
        File names by track_id.

    Returns
    -------
    Outcome
        The result.
    """
    first, *_ = matches = ranking["matches"]
    right = next((match for match in matches if match["track_id"] in track_ids), None)
    return Outcome(
        query=query.path.name,
        track=names[track_ids[0]],
        transpose=query.transpose,
        tempo=query.tempo,
        crowd_db=query.crowd_db,
        rank=right["rank"] if right else None,
        accepted=ranking["accepted"],
        probability=right["probability"] if right else 0.0,
        first=names[first["track_id"]],
        first_probability=first["probability"],
        seconds=ranking["seconds"],
    )


def show(o: Outcome) -> None:
    """Print a result, with the first track if it is wrong.

    Parameters
    ----------
    o : Outcome
        The result.
    """
    instead = f"  first: {o.first} ({o.first_probability:.3f})" if o.rank != 1 else ""
    print(
        f"{o.track:28.28}  tempo x{o.tempo:.2f}  key {o.transpose:+5.1f}  "
        f"crowd {o.crowd_db:4.1f} dB  rank {o.rank or '-':>3}  "
        f"probability {o.probability:.3f}{instead}",
        flush=True,
    )


if __name__ == "__main__":
    main()
