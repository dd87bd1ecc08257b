"""Options of commands that can be told what is played: artist, album, or a list of songs."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, cast

import click

from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.repertoire import Repertoire
from samesong.runtime.cli.options import Command
from samesong.runtime.cli.output import complain
from samesong.runtime.files.song_list import SongEntry, read_song_list
from samesong.runtime.identification.search_scope import SearchScope, scope_of
from samesong.runtime.inference.fitted import Fitted


def _read(
    _context: click.Context, _option: click.Parameter, path: Path | None
) -> tuple[SongEntry, ...] | None:
    return None if path is None else read_song_list(path)


_OPTIONS: tuple[Callable[[Command], Command], ...] = (
    click.option(
        "--artist",
        "artists",
        metavar="NAME",
        multiple=True,
        help="Search only the songs of this artist, which makes each of them more likely; repeat "
        "for several.",
    ),
    click.option(
        "--album",
        "albums",
        metavar="NAME",
        multiple=True,
        help="Search only the songs of this album; repeat for several.",
    ),
    click.option(
        "--among",
        metavar="LIST",
        type=click.Path(path_type=Path),
        callback=_read,
        help="Search only the songs in this list: a text file with a title, 'Artist - Title', id, "
        "ISRC, ISWC or path per line, a playlist (.m3u), or a .csv with the columns title and "
        "artist.",
    ),
)


def repertoire_options(command: Command) -> Command:
    """Add ``--artist``, ``--album`` and ``--among``; the command gets them as ``repertoire``.

    Parameters
    ----------
    command : callable
        The command, with a keyword argument ``repertoire``.

    Returns
    -------
    callable
        The command with the options.
    """

    @wraps(command)
    def gathered(
        *,
        artists: tuple[str, ...],
        albums: tuple[str, ...],
        among: tuple[SongEntry, ...] | None,
        **others: Any,
    ) -> Any:
        return command(repertoire=Repertoire(artists, albums, among), **others)

    for option in reversed(_OPTIONS):
        gathered = option(gathered)
    return cast("Command", gathered)


def searched(catalog: Catalog, repertoire: Repertoire, fitted: Fitted) -> SearchScope:
    """Return what to search, and print what of a repertoire is not there.

    Parameters
    ----------
    catalog : Catalog
        The catalog.
    repertoire : Repertoire
        The values of the options.
    fitted : Fitted
        Of the catalog's model.

    Returns
    -------
    SearchScope
        As of `scope_of`.
    """
    scope = scope_of(catalog, repertoire, fitted)
    for warning in scope.warnings:
        complain(warning)
    return scope
