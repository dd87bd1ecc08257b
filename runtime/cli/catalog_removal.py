"""``samesong catalog remove`` and ``prune``: tracks that a catalog need not have any more."""

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

import click

from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.writer import CatalogWriter
from samesong.runtime.cli.catalog_argument import catalog_argument
from samesong.runtime.cli.chosen_tracks import Query, choose, query_options
from samesong.runtime.cli.command import Command
from samesong.runtime.cli.options import json_option
from samesong.runtime.cli.output import print_json, say
from samesong.runtime.display.text import counted
from samesong.runtime.files.deleted import Presence
from samesong.runtime.indexing.file_check import by_presence
from samesong.runtime.indexing.pruning import plan_pruning
from samesong.runtime.indexing.set_by_hand import set_by_hand

dry_run_option = click.option(
    "--dry-run", is_flag=True, help="Print what would be removed, and remove nothing."
)


@click.command(cls=Command)
@catalog_argument()
@click.argument("tracks", metavar="[TRACK...]", nargs=-1)
@query_options
@dry_run_option
@json_option
def remove(
    *,
    catalog: str,
    tracks: Sequence[str],
    title: str | None,
    artist: str | None,
    album: str | None,
    text: str | None,
    dry_run: bool,
    as_json: bool,
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
    with nullcontext(Catalog(catalog)) if dry_run else CatalogWriter(catalog) as opened:
        chosen = choose(opened.tracks(), tracks, query)
        if isinstance(opened, CatalogWriter):
            opened.remove(track.track_id for track in chosen)
        n_tracks = len(opened)
    if as_json:
        print_json({**_removed(chosen, dry_run=dry_run), "n_tracks": n_tracks})
        return
    _name(chosen)
    if not dry_run:
        say(f"{len(chosen)} removed; catalog {catalog} has {counted(n_tracks, 'track')}")


@click.command(cls=Command)
@catalog_argument()
@click.option(
    "--unreachable",
    is_flag=True,
    help="Remove also tracks whose disk or share may only be unmounted.",
)
@click.option(
    "--edited",
    is_flag=True,
    help="Remove also tracks that carry what was set by hand, such as a title or a grouping.",
)
@dry_run_option
@json_option
def prune(*, catalog: str, unreachable: bool, edited: bool, dry_run: bool, as_json: bool) -> None:
    """Remove the tracks of CATALOG whose files were deleted.

    Tracks are kept where nothing shows that the disk of their file is there: their folder is empty,
    or gone with all others of the catalog around it. So are those that were edited or grouped by
    hand, unless a track of the same audio takes that over. To find files that were moved, run
    'samesong index' on their new folder first.
    """
    with nullcontext(Catalog(catalog)) if dry_run else CatalogWriter(catalog) as opened:
        found = by_presence(opened)
        gone = found[Presence.DELETED] + (found[Presence.UNREACHABLE] if unreachable else [])
        out_of_reach = [] if unreachable else found[Presence.UNREACHABLE]
        plan = plan_pruning(opened.tracks(), gone, edited=edited)
        if isinstance(opened, CatalogWriter):
            plan.apply(opened)
        n_tracks = len(opened)
    if as_json:
        print_json(
            {
                **_removed(plan.going, dry_run=dry_run),
                "deleted": _dicts(gone),
                "edited": _dicts(plan.kept),
                "heirs": _dicts(plan.heirs),
                "unreachable": _dicts(out_of_reach),
                "n_tracks": n_tracks,
            }
        )
        return
    _name(plan.going)
    for track in plan.heirs:
        say(f"{track.path}, of the same audio, takes over what was set by hand")
    if out_of_reach:
        say(
            f"{counted(len(out_of_reach), 'track')} kept whose files cannot be reached, such as "
            f"{out_of_reach[0].path}: mount the disk, or give --unreachable to remove them"
        )
    if plan.kept:
        first = plan.kept[0]
        say(
            f"{counted(len(plan.kept), 'track')} kept that carry what was set by hand, such as "
            f"{first.path} ({', '.join(set_by_hand(first))}): if files were moved, 'samesong index "
            f"{catalog}' on their new folder keeps it; --edited removes these tracks as well"
        )
    done = "would be removed" if dry_run else "removed"
    say(f"{len(plan.going)} {done}; catalog {catalog} has {counted(n_tracks, 'track')}")


def _removed(chosen: Sequence[CatalogTrack], *, dry_run: bool) -> dict[str, Any]:
    return {"chosen": _dicts(chosen), "removed": [] if dry_run else _dicts(chosen)}


def _dicts(tracks: Sequence[CatalogTrack]) -> list[dict[str, Any]]:
    return [track.to_dict() for track in tracks]


def _name(tracks: Sequence[CatalogTrack]) -> None:
    for track in tracks:
        song = " by ".join(filter(None, (track.title, track.artist)))
        say(f"{track.track_id}  {song}  {track.path}")
