"""``samesong catalog list``: the tracks of a catalog."""

from collections import Counter
from collections.abc import Sequence

import click

from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.cli.catalog_argument import catalog_argument
from samesong.runtime.cli.chosen_tracks import Query, choose, query_options
from samesong.runtime.cli.command import Command
from samesong.runtime.cli.options import json_option
from samesong.runtime.cli.output import print_json
from samesong.runtime.cli.table import print_table
from samesong.runtime.display.text import short_time


@click.command("list", cls=Command)
@catalog_argument()
@click.argument("tracks", metavar="[TRACK...]", nargs=-1)
@query_options
@json_option
def list_(
    *,
    catalog: str,
    tracks: Sequence[str],
    title: str | None,
    artist: str | None,
    album: str | None,
    text: str | None,
    as_json: bool,
) -> None:
    """List the tracks of CATALOG, sorted by path, or some of them.

    Each TRACK is an id, a file, or a folder. 'versions' counts the recordings of the same work in
    CATALOG; --json and 'samesong catalog export' print all that is known.
    """
    everything = Catalog(catalog).tracks()
    chosen = choose(everything, tracks, Query(title, artist, album, text))
    chosen.sort(key=lambda track: track.path)
    if as_json:
        print_json([track.to_dict() for track in chosen])
        return
    versions = Counter(track.work for track in everything)
    print_table(
        [">track", "title", "artist", "?album", "?>versions", ">length", "?path"],
        [
            [
                track.track_id,
                track.title,
                track.artist,
                track.album,
                versions[track.work],
                short_time(track.duration),
                track.path,
            ]
            for track in chosen
        ],
    )
