"""``samesong catalog``: manage a catalog."""

from dataclasses import asdict

import click

from samesong.runtime.catalog.interface import IndexState
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.writer import INDEXED_FROM, CatalogWriter
from samesong.runtime.cli.catalog_argument import catalog_argument
from samesong.runtime.cli.catalog_edit import edit
from samesong.runtime.cli.catalog_export import export
from samesong.runtime.cli.catalog_list import list_
from samesong.runtime.cli.catalog_removal import prune, remove
from samesong.runtime.cli.catalog_verify import verify
from samesong.runtime.cli.catalog_works import join, name, regroup, split, works
from samesong.runtime.cli.command import Group
from samesong.runtime.cli.options import json_option
from samesong.runtime.cli.output import print_facts, print_json, say
from samesong.runtime.display.text import counted, short_time


@click.group(cls=Group)
def catalog() -> None:
    """Manage a catalog."""


@catalog.command()
@catalog_argument()
@json_option
def info(catalog: str, as_json: bool) -> None:
    """Print the size of CATALOG, its index and the model it was built with."""
    opened = Catalog(catalog)
    tracks = opened.tracks()
    n_windows = sum(track.n_windows for track in tracks)
    duration = sum(track.duration for track in tracks)
    size = opened.n_bytes
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
            ("size", f"{size / 1e6:.1f} MB"),
            ("index", _index(opened.index)),
        ]
    )


@catalog.command()
@catalog_argument()
@json_option
def optimize(catalog: str, as_json: bool) -> None:
    """Compact CATALOG: merge small files, drop old versions, and build the search index.

    Only large catalogs have an index. Tracks added later are found as well, but slow down the first
    search of a process, which has to read them.
    """
    with CatalogWriter(catalog) as writer:
        before = writer.n_bytes
        is_all = writer.optimize()
        after = writer.n_bytes
        index = writer.index
    if as_json:
        print_json(
            {
                "bytes_before": before,
                "bytes": after,
                "versions_kept": not is_all,
                "index": asdict(index),
            }
        )
        return
    sizes = f"{before / 1e6:.1f} MB before, {after / 1e6:.1f} MB after"
    say(f"optimized: {sizes}; index: {_index(index)}")
    if not is_all:
        say("others may be reading the catalog: old versions stay for a day, then run this again")


for command in (list_, works, join, split, regroup, name, export, verify, edit, remove, prune):
    catalog.add_command(command)


def _index(index: IndexState) -> str:
    if index.kind == "none":
        return f"none; 'samesong catalog optimize' builds one for {INDEXED_FROM} windows or more"
    if index.kind == "broken":
        return f"damaged ({index.problem}); run 'samesong catalog optimize'"
    later = f", {index.n_unindexed} added since" if index.n_unindexed else ""
    return f"{counted(index.n_indexed, 'window')}{later}"
