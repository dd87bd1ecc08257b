"""``samesong catalog remove`` and ``prune``: tracks that a catalog need not have any more."""

from collections.abc import Sequence

import click

from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.writer import CatalogWriter
from samesong.runtime.cli.chosen_tracks import Query, choose, query_options
from samesong.runtime.cli.options import json_option
from samesong.runtime.cli.output import print_json, say
from samesong.runtime.files.deleted import Presence
from samesong.runtime.indexing.file_check import by_presence
from samesong.runtime.reports.text import counted

dry_run_option = click.option(
    "--dry-run", is_flag=True, help="Print what would be removed, and remove nothing."
)


@click.command()
@click.argument("catalog")
@click.argument("tracks", metavar="[TRACK...]", nargs=-1)
@query_options
@dry_run_option
def remove(
    *,
    catalog: str,
    tracks: Sequence[str],
    title: str | None,
    artist: str | None,
    album: str | None,
    text: str | None,
    dry_run: bool,
) -> None:
    """Remove tracks from CATALOG; their files stay where they are, except uploaded ones.

    Each TRACK is an id, a file, or a folder, which means all tracks below it. With --artist and
    the like, only those that match are removed.
    """
    query = Query(title, artist, album, text)
    if not tracks and not query:
        raise click.UsageError(
            "nothing to remove: give tracks, files or folders, or an option such as --artist"
        )
    if dry_run:
        _name(choose(Catalog(catalog).tracks(), tracks, query))
        return
    with CatalogWriter(catalog) as writer:
        chosen = choose(writer.tracks(), tracks, query)
        writer.remove(track.track_id for track in chosen)
        _name(chosen)
        say(f"{len(chosen)} removed; catalog {catalog} has {counted(len(writer), 'track')}")


@click.command()
@click.argument("catalog")
@click.option(
    "--unreachable",
    is_flag=True,
    help="Remove also tracks whose disk or share may only be unmounted.",
)
@dry_run_option
@json_option
def prune(*, catalog: str, unreachable: bool, dry_run: bool, as_json: bool) -> None:
    """Remove the tracks of CATALOG whose files were deleted.

    Tracks are kept where nothing shows that the disk of their file is there: their folder is empty,
    or gone with all others of the catalog around it. To find files that were moved, run 'samesong
    index' on their new folder first.
    """
    found = by_presence(Catalog(catalog))
    gone = found[Presence.DELETED] + (found[Presence.UNREACHABLE] if unreachable else [])
    kept = [] if unreachable else found[Presence.UNREACHABLE]
    n_tracks = sum(map(len, found.values()))
    if gone and not dry_run:
        with CatalogWriter(catalog) as writer:
            writer.remove(track.track_id for track in gone if track.track_id in writer)
            n_tracks = len(writer)
    if as_json:
        print_json(
            {
                "removed": [] if dry_run else [track.to_dict() for track in gone],
                "deleted": [track.to_dict() for track in gone],
                "unreachable": [track.to_dict() for track in kept],
                "n_tracks": n_tracks,
            }
        )
        return
    _name(gone)
    if kept:
        say(
            f"{counted(len(kept), 'track')} kept whose files cannot be reached, such as "
            f"{kept[0].path}: mount the disk, or give --unreachable to remove them"
        )
    done = "would be removed" if dry_run else "removed"
    say(f"{len(gone)} {done}; catalog {catalog} has {counted(n_tracks, 'track')}")


def _name(tracks: Sequence[CatalogTrack]) -> None:
    for track in tracks:
        song = " by ".join(filter(None, (track.title, track.artist)))
        say(f"{track.track_id}  {song}  {track.path}")
