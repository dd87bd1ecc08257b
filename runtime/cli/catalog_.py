"""``samesong catalog``: manage a catalog."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from samesong.runtime.catalog.folder import is_local
from samesong.runtime.catalog.interface import IndexState
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.verify import verify as check
from samesong.runtime.catalog.writer import INDEXED_FROM, CatalogWriter
from samesong.runtime.cli.catalog_works import join, name, regroup, split, works
from samesong.runtime.cli.exit_codes import DONE, SOME_FAILED
from samesong.runtime.cli.options import json_option
from samesong.runtime.cli.output import (
    complain,
    print_facts,
    print_json,
    print_table,
    printable,
    say,
    short_time,
)
from samesong.runtime.reports.text import counted


@click.group()
def catalog() -> None:
    """Manage a catalog."""


@catalog.command()
@click.argument("catalog")
@json_option
def info(catalog: str, as_json: bool) -> None:
    """Print the size of CATALOG, its index and the model it was built with."""
    opened = Catalog(catalog)
    tracks = opened.tracks()
    n_windows = sum(track.n_windows for track in tracks)
    duration = sum(track.duration for track in tracks)
    size = _size(opened.location)
    if as_json:
        print_json(
            {
                "location": opened.location,
                "n_tracks": len(tracks),
                "n_windows": n_windows,
                "duration": duration,
                "bytes": size,
                "index": asdict(opened.index),
                "model": asdict(opened.model),
            }
        )
        return
    print_facts(
        [
            ("location", opened.location),
            ("model", opened.model),
            ("tracks", len(tracks)),
            ("windows", n_windows),
            ("duration", short_time(duration)),
            ("size", "unknown" if size is None else f"{size / 1e6:.1f} MB"),
            ("index", _index(opened.index)),
        ]
    )


@catalog.command("list")
@click.argument("catalog")
@json_option
def list_(catalog: str, as_json: bool) -> None:
    """List the tracks of CATALOG, sorted by path."""
    tracks = Catalog(catalog).tracks()
    if as_json:
        print_json([track.to_dict() for track in tracks])
        return
    print_table(
        ["track", "title", "artist", "album", "isrc", "iswc", ">length", "path"],
        [
            [t.track_id, t.title, t.artist, t.album, t.isrc, t.iswc, short_time(t.duration), t.path]
            for t in tracks
        ],
    )


@catalog.command()
@click.argument("catalog")
@click.argument("tracks", metavar="TRACK...", nargs=-1, required=True)
def remove(catalog: str, tracks: Sequence[str]) -> None:
    """Remove tracks from CATALOG, each named by its id or its path, as 'list' prints them."""
    with CatalogWriter(catalog) as writer:
        ids = {printable(track.path): track.track_id for track in writer.tracks()}
        ids |= {track.path: track.track_id for track in writer.tracks()}
        ids_to_remove = list(dict.fromkeys(ids.get(track, track) for track in tracks))
        writer.remove(ids_to_remove)
        say(f"{len(ids_to_remove)} removed; catalog {catalog} has {counted(len(writer), 'track')}")


@catalog.command()
@click.argument("catalog")
@json_option
def verify(catalog: str, as_json: bool) -> int:
    """Check all of CATALOG against its checksums; exit code 1 if there are problems."""
    report = check(Catalog(catalog))
    for problem in report.problems:
        complain(problem)
    if as_json:
        print_json(asdict(report))
    else:
        state = counted(len(report.problems), "problem") if report.problems else "clean"
        tracks, windows = counted(report.n_tracks, "track"), counted(report.n_windows, "window")
        say(f"{state}: {tracks}, {windows}")
        if report.leftovers:
            say(
                f"{counted(report.leftovers, 'window')} left by an interrupted run, harmless: "
                "the next 'samesong index' or 'samesong catalog optimize' removes them"
            )
    return SOME_FAILED if report.problems else DONE


@catalog.command()
@click.argument("catalog")
def optimize(catalog: str) -> None:
    """Compact CATALOG: merge small files, drop old versions, and build the search index.

    Only large catalogs have an index. Tracks added later are found as well, but slow down the first
    search of a process, which has to read them.
    """
    with CatalogWriter(catalog) as writer:
        before = _size(catalog)
        writer.optimize()
        after = _size(catalog)
        state = _index(writer.index)
    if before is None or after is None:
        say(f"optimized; index: {state}")
    else:
        say(f"optimized: {before / 1e6:.1f} MB before, {after / 1e6:.1f} MB after; index: {state}")


for command in (works, join, split, regroup, name):
    catalog.add_command(command)


def _index(index: IndexState) -> str:
    if index.kind == "none":
        return f"none; 'samesong catalog optimize' builds one for {INDEXED_FROM} windows or more"
    if index.kind == "broken":
        return f"damaged ({index.problem}); run 'samesong catalog optimize'"
    later = f", {index.n_unindexed} added since" if index.n_unindexed else ""
    return f"{counted(index.n_indexed, 'window')}{later}"


def _size(location: str) -> int | None:
    """Return the bytes of a catalog on disk; None in an object store."""
    if not is_local(location):
        return None
    return sum(path.stat().st_size for path in Path(location).rglob("*") if path.is_file())
