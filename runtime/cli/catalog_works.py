"""``samesong catalog works``, ``join``, ``split``, ``regroup`` and ``name``: songs, not files."""

from collections.abc import Collection, Iterable, Sequence

import click

from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.works import Work, works_of
from samesong.runtime.catalog.works_by_hand import (
    join_works,
    name_work,
    regroup_works,
    split_work,
)
from samesong.runtime.catalog.writer import CatalogWriter
from samesong.runtime.cli.catalog_argument import catalog_argument
from samesong.runtime.cli.chosen_tracks import choose
from samesong.runtime.cli.command import Command
from samesong.runtime.cli.contradictions import warn_of_contradictions
from samesong.runtime.cli.options import json_option
from samesong.runtime.cli.output import complain, print_json, say
from samesong.runtime.cli.table import print_table
from samesong.runtime.display.text import counted, short_time

_tracks = click.argument("tracks", metavar="TRACK...", nargs=-1, required=True)


@click.command(cls=Command)
@catalog_argument()
@click.argument("tracks", metavar="[TRACK...]", nargs=-1)
@click.option("--all", "every", is_flag=True, help="List works of one recording as well.")
@json_option
def works(catalog: str, tracks: Sequence[str], *, every: bool, as_json: bool) -> None:
    """List the works of CATALOG that have several recordings, and why each belongs.

    With TRACK... only the works of these recordings. Each TRACK is an id, a file, a folder or a
    work. Contradictions, such as one ISRC with two ISWCs, are told on standard error.
    """
    opened = Catalog(catalog)
    listed = opened.works()
    if tracks:
        wanted = {track.work for track in _named(opened.tracks(), tracks)}
        listed = [work for work in listed if work.work_id in wanted]
    warn_of_contradictions(opened, [track for work in listed for track in work.tracks])
    shown = [work for work in listed if every or tracks or len(work.tracks) > 1]
    if as_json:
        print_json([_as_dict(work) for work in shown])
        return
    if shown:
        print_table(
            ["?>work", "title", "artist", ">track", "recording", "?why", "?>length", "?path"],
            [row for work in shown for row in _rows(work)],
        )
    if n_hidden := len(listed) - len(shown):
        say(f"{counted(n_hidden, 'work')} of one recording each: --all lists them too")


@click.command(cls=Command)
@catalog_argument()
@_tracks
@json_option
def join(catalog: str, tracks: Sequence[str], *, as_json: bool) -> None:
    """Make one work of recordings of CATALOG that are of one song.

    Each TRACK is an id, a file, a folder or a work; all recordings of their works come along. It
    stays so when files are indexed again, whatever their tags say.
    """
    with CatalogWriter(catalog) as writer:
        chosen = [track.track_id for track in _named(writer.tracks(), tracks)]
        titles = _given_titles(writer, chosen)
        _report(writer, [join_works(writer, chosen)], as_json=as_json)
        for title in titles[1:]:
            complain(f"the joined work keeps the title {titles[0]!r}; {title!r} was given up")


@click.command(cls=Command)
@catalog_argument()
@_tracks
@json_option
def split(catalog: str, tracks: Sequence[str], *, as_json: bool) -> None:
    """Make a work of their own of recordings of CATALOG that are another song than the rest.

    Each TRACK is an id, a file or a folder. It stays so when files are indexed again, whatever
    their tags say.
    """
    with CatalogWriter(catalog) as writer:
        chosen = [track.track_id for track in choose(writer.tracks(), tracks)]
        _report(writer, split_work(writer, chosen), as_json=as_json)


@click.command(cls=Command)
@catalog_argument()
@_tracks
@json_option
def regroup(catalog: str, tracks: Sequence[str], *, as_json: bool) -> None:
    """Undo 'join' and 'split': let tags and ears decide again on recordings of CATALOG.

    Each TRACK is an id, a file, a folder or a work. What was said of other recordings stays.
    """
    with CatalogWriter(catalog) as writer:
        chosen = [track.track_id for track in _named(writer.tracks(), tracks)]
        n_forgotten = regroup_works(writer, chosen)
        works = dict.fromkeys(writer.track(track_id).work for track_id in chosen)
        still_split = [
            track
            for track in writer.tracks()
            if not set((track.split_from or "").split()).isdisjoint(chosen)
        ]
        if as_json:
            more = {
                "n_forgotten": n_forgotten,
                "still_split": [track.to_dict() for track in still_split],
            }
            _report(writer, works, as_json=True, **more)
            return
        say(f"forgot what was said by hand of {counted(n_forgotten, 'recording')}")
        _report(writer, works, as_json=False)
        for track in still_split:
            say(f"stays split from it: {track.path}; name that one to undo it")


@click.command(cls=Command)
@catalog_argument()
@click.argument("work")
@click.argument("title")
@json_option
def name(catalog: str, work: str, title: str, *, as_json: bool) -> None:
    """Give a WORK of CATALOG a TITLE; an empty one ("") takes it away again.

    WORK is a work's id, or any of its recordings.
    """
    with CatalogWriter(catalog) as writer:
        named = list(dict.fromkeys(one.work for one in _named(writer.tracks(), [work])))
        if len(named) > 1:
            raise click.UsageError(f"{work!r} means {len(named)} works: name one of them")
        name_work(writer, named[0], title.strip() or None)
        _report(writer, named, as_json=as_json)


def _named(tracks: Collection[CatalogTrack], names: Sequence[str]) -> list[CatalogTrack]:
    """Return the tracks of works, and those that are named otherwise, in the order of the names."""
    of_works: dict[str, list[CatalogTrack]] = {}
    for track in tracks:
        of_works.setdefault(track.work, []).append(track)
    found = [track for one in names for track in of_works.get(one) or choose(tracks, [one])]
    return list({track.track_id: track for track in found}.values())


def _report(catalog: Catalog, work_ids: Iterable[str], *, as_json: bool, **more: object) -> None:
    """Print works as they are now, in JSON with more."""
    found = catalog.find_recordings([*work_ids])
    works = [work for work_id in work_ids for work in works_of(found[work_id])]
    if as_json:
        print_json({"works": [_as_dict(work) for work in works], **more})
    else:
        for work in works:
            say(f"work {work.work_id}, {work.title!r}: {counted(len(work.tracks), 'recording')}")
            for track in work.tracks:
                say(f"  {track.track_id}  {track.title}  {track.path}")
    warn_of_contradictions(catalog, [track for work in works for track in work.tracks])


def _rows(work: Work) -> list[list[object]]:
    first, *others = (
        [track.track_id, track.title, _why(track), short_time(track.duration), track.path]
        for track in work.tracks
    )
    rows: list[list[object]] = [[work.work_id, work.title, work.artist, *first]]
    return rows + [["", "", "", *other] for other in others]


def _why(track: CatalogTrack) -> str | None:
    if track.twin_of is not None:
        return f"{track.work_reason}; the same recording as {track.twin_of}"
    return track.work_reason or None


def _as_dict(work: Work) -> dict[str, object]:
    recordings = [track.to_dict() for track in work.tracks]
    return {
        "work_id": work.work_id,
        "title": work.title,
        "artist": work.artist,
        "tracks": recordings,
    }


def _given_titles(writer: CatalogWriter, track_ids: Sequence[str]) -> list[str]:
    """Return the titles that the user gave to the works of some recordings."""
    works = list(dict.fromkeys(writer.track(track_id).work for track_id in track_ids))
    found = writer.find_recordings(works)
    titles = [track.work_title for work in works for track in found[work] if track.work_title]
    return list(dict.fromkeys(titles))
