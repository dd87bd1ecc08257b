"""``samesong catalog edit``: what the tags of a file say wrongly, or not at all."""

from collections.abc import Sequence
from dataclasses import replace

import click

from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.catalog.writer import CatalogWriter
from samesong.runtime.cli.catalog_argument import catalog_argument
from samesong.runtime.cli.chosen_tracks import choose
from samesong.runtime.cli.command import Command
from samesong.runtime.cli.contradictions import warn_of_contradictions
from samesong.runtime.cli.exit_codes import after
from samesong.runtime.cli.options import json_option
from samesong.runtime.cli.output import complain, print_json, say
from samesong.runtime.display.text import counted
from samesong.runtime.files.discovery import is_gone, locate
from samesong.runtime.files.tags import read_tags
from samesong.runtime.indexing.code_fields import read_field
from samesong.runtime.indexing.set_by_hand import edited
from samesong.runtime.indexing.set_by_hand import from_tags as tag_fields


@click.command(cls=Command)
@catalog_argument()
@click.argument("tracks", metavar="TRACK...", nargs=-1, required=True)
@click.option("--title", help="Title of the song.")
@click.option("--artist", help="The performer.")
@click.option("--album", help="The release.")
@click.option("--isrc", help="Code of the recording.")
@click.option("--iswc", help="Code of the work.")
@click.option("--work-code", help="Your own id of the work.")
@click.option(
    "--from-tags",
    is_flag=True,
    help="Forget earlier edits, and take what the tags of the file say.",
)
@json_option
def edit(
    catalog: str, tracks: Sequence[str], *, from_tags: bool, as_json: bool, **fields: str | None
) -> int:
    """Set fields of tracks of CATALOG; an empty value ("") empties a field.

    Each TRACK is an id, a file, or a folder, which means all tracks below it. What is set stays
    when files are indexed again, whatever their tags say; the files themselves are not changed.
    """
    try:
        values = {name: read_field(name, text) for name, text in fields.items() if text is not None}
    except ValueError as error:
        raise click.UsageError(f"{error}: nothing was changed") from error
    if not values and not from_tags:
        raise click.UsageError("nothing to change: give --title, --artist or another option")
    with CatalogWriter(catalog) as writer:
        chosen = choose(writer.tracks(), tracks)
        gone = [track for track in chosen if from_tags and is_gone(track.path)]
        changed = [
            edited(_as_tagged(track) if from_tags else track, values)
            for track in chosen
            if track not in gone
        ]
        writer.update(changed)
        warn_of_contradictions(writer, changed)
        changed = [writer.track(track.track_id) for track in changed]  # with the works they joined
    for track in gone:
        complain(f"{track.path} is not there, so its tags cannot be read: not changed")
    if as_json:
        print_json(
            {
                "edited": [track.to_dict() for track in changed],
                "missing": [track.path for track in gone],
            }
        )
    else:
        say(f"{counted(len(changed), 'track')} edited")
    return after(len(changed), len(gone))


def _as_tagged(track: CatalogTrack) -> CatalogTrack:
    return replace(track, **tag_fields(read_tags(locate(track.path))), edited=())
