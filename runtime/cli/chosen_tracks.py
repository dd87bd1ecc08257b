"""The tracks of a catalog that a command is for: by id, path, folder, or what their tags say."""

import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, TypeVar

import click

from samesong.features.errors import CatalogError
from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.cli.output import printable
from samesong.runtime.files.discovery import stored_path
from samesong.runtime.works.folding import folded
from samesong.runtime.works.nearest import nearest
from samesong.runtime.works.titles import artist_key, spelling_key

Key = Callable[[str | None], str]

_KEYS: dict[str, Key] = {"title": spelling_key, "artist": artist_key, "album": spelling_key}

# Letters of no artist's alphabet, which folding leaves where the wildcards are.
_WILDCARDS = str.maketrans("*?", "\ua66e\u2d63")
_RESTORED = str.maketrans("\ua66e\u2d63", "*?")

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True)
class Query:
    """Conditions that tracks must meet, all of them; there are none by default.

    Attributes
    ----------
    title, artist, album : str, optional
        The whole field; case, accents, punctuation and articles make no difference, as when a
        recording is identified. ``*`` stands for any text and ``?`` for any character.
        A title may be that of the recording, or the one that the user gave its work.
    text : str, optional
        Words that are somewhere in title, artist, album, codes or path, in any spelling.
    """

    title: str | None = None
    artist: str | None = None
    album: str | None = None
    text: str | None = None

    def __bool__(self) -> bool:
        return any(value is not None for value in (self.title, self.artist, self.album, self.text))

    def __str__(self) -> str:
        given = vars(self).items()
        return ", ".join(f"{name} {value!r}" for name, value in given if value is not None)

    def matches(self, track: CatalogTrack, work_title: str | None) -> bool:
        """Return whether a track meets all conditions.

        Parameters
        ----------
        track : CatalogTrack
            The track.
        work_title : str or None
            Title that the user gave its work.

        Returns
        -------
        bool
            True without conditions.
        """
        for name, key in _KEYS.items():
            asked, values = getattr(self, name), _values(track, name, work_title)
            if asked is not None and not any(_is_like(value, asked, key) for value in values):
                return False
        told = (track.title, work_title, track.artist, track.album)
        codes = (track.isrc, track.iswc, track.work_code)
        everything = "\n".join(filter(None, (*told, *codes, track.path)))
        literal, spelled = everything.casefold(), folded(everything)
        words = (self.text or "").split()
        return all(word.casefold() in literal or folded(word) in spelled for word in words)


def query_options(command: Command) -> Command:
    """Add ``--title``, ``--artist``, ``--album`` and ``--text``, which make a `Query`.

    Parameters
    ----------
    command : callable
        The command; it takes the four values, and makes the `Query` of them.

    Returns
    -------
    callable
        The command with the options.
    """
    for name in ("album", "artist", "title"):
        summary = f"Only tracks of this {name}, in any spelling; * stands for any text."
        command = click.option(f"--{name}", help=summary)(command)
    summary = "Only tracks with these words in title, artist, album, codes or path."
    return click.option("--text", help=summary)(command)


def choose(
    tracks: Collection[CatalogTrack], names: Sequence[str], query: Query | None = None
) -> list[CatalogTrack]:
    """Return the tracks that a user means.

    Parameters
    ----------
    tracks : collection of CatalogTrack
        The tracks of a catalog.
    names : sequence of str
        Ids, paths as they are printed or relative to the current folder, and folders, each of
        which means all tracks below it. None of them means all tracks.
    query : Query, optional
        Conditions that tracks must meet besides.

    Returns
    -------
    list of CatalogTrack
        Each once, in the order of the names.

    Raises
    ------
    CatalogError
        If a name means no track, or no track meets the conditions.
    """
    chosen = dict.fromkeys(track.track_id for track in tracks) if not names else {}
    unknown = []
    for name in names:
        found = _named(tracks, name)
        chosen |= dict.fromkeys(found)
        unknown += [] if found else [name]
    if unknown:
        raise CatalogError(
            f"no track in the catalog is, or lies below, {', '.join(map(repr, unknown))}: give "
            "ids, files or folders as 'samesong catalog list' prints them; its --title and "
            "--artist find them by name"
        )
    by_id = {track.track_id: track for track in tracks}
    met = [by_id[id_] for id_ in chosen]
    if query:
        # A recording that joined a work since has not the title itself.
        titles = {track.work: track.work_title for track in tracks if track.work_title}
        met = [track for track in met if query.matches(track, titles.get(track.work))]
    if query and not met:
        raise CatalogError(
            f"no track has {query}{_nearest(tracks, query)}: 'samesong catalog list' prints what "
            "there is; * in a value stands for any text"
        )
    return met


def _named(tracks: Collection[CatalogTrack], name: str) -> list[str]:
    paths = {name, stored_path(Path(os.path.abspath(name)))}
    found = [
        track.track_id
        for track in tracks
        if track.track_id == name or not paths.isdisjoint({track.path, printable(track.path)})
    ]
    if found:
        return found
    folders = tuple(f"{path.rstrip('/')}/" for path in paths)
    return [
        track.track_id
        for track in tracks
        if track.path.startswith(folders) or printable(track.path).startswith(folders)
    ]


def _values(track: CatalogTrack, name: str, work_title: str | None) -> list[str | None]:
    """Return a field of a track, and of a title also the one that the user gave its work."""
    return [getattr(track, name), *([work_title] if name == "title" else [])]


def _nearest(tracks: Collection[CatalogTrack], query: Query) -> str:
    """Return the names that are nearest to those that no track has, in words."""
    offered: list[str] = []
    for name, key in _KEYS.items():
        asked = getattr(query, name)
        values = {
            key(value): value
            for track in tracks
            for value in _values(track, name, track.work_title)
            if value
        }
        if asked is not None and not any(_is_like(value, asked, key) for value in values.values()):
            offered += nearest(asked, values, key)
    return f" (nearest: {', '.join(map(repr, offered))})" if offered else ""


def _is_like(value: str | None, asked: str, key: Key) -> bool:
    """Return whether a field is what was asked for, in whatever spelling."""
    if "*" not in asked and key(value) == key(asked):  # also where it ends in a question mark
        return True
    # Articles are left in patterns, or "The *" would be everything; brackets mean nothing.
    pattern = folded(asked.translate(_WILDCARDS)).replace("[", "[[]").translate(_RESTORED)
    return any(fnmatchcase(text, pattern) for text in (folded(value or ""), key(value)))
