"""``samesong catalog verify``: whether a catalog is sound, and its files are what they were."""

from collections.abc import Iterator
from dataclasses import asdict

import click

from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.verify import verify as check
from samesong.runtime.catalog.works import contradictions_of
from samesong.runtime.cli.catalog_argument import catalog_argument
from samesong.runtime.cli.command import Command
from samesong.runtime.cli.exit_codes import DONE, SOME_FAILED
from samesong.runtime.cli.options import json_option
from samesong.runtime.cli.output import complain, print_json, say
from samesong.runtime.display.text import counted
from samesong.runtime.indexing.file_check import FileReport, check_files

_SHOWN = 50
"""Problems printed one by one; a folder that was renamed makes thousands."""


@click.command(cls=Command)
@catalog_argument()
@json_option
def verify(catalog: str, as_json: bool) -> int:
    """Check CATALOG against its checksums, and its tracks against their files.

    Exit code 1 if there are problems: damage, files that were deleted or have other audio now, or
    a recording that is there twice. Files on a disk that is not mounted are counted, and are none,
    nor are works whose codes, titles and sound contradict each other, which are listed.
    """
    opened = Catalog(catalog)
    report = check(opened)
    # Rows that cannot be used are told first: until they are gone, nothing else can be told.
    if report.n_unusable:
        contradictions, files = [], FileReport([], [], [], [], [])
    else:
        contradictions, files = contradictions_of(opened.tracks()), check_files(opened)
    problems = [*report.problems, *_problems(files, catalog)]
    for problem in problems[:_SHOWN]:
        complain(problem)
    if len(problems) > _SHOWN:
        complain(f"... and {len(problems) - _SHOWN} problems more; --json names them all")
    for sentence in contradictions[:_SHOWN]:
        complain(sentence)
    if n_more := len(contradictions[_SHOWN:]):
        complain(f"... and {n_more} contradictions more; --json names them all")
    if as_json:
        found = {"problems": problems, **_paths(files), "contradictions": contradictions}
        print_json({**asdict(report), **found})
    else:
        state = counted(len(problems), "problem") if problems else "clean"
        tracks, windows = counted(report.n_tracks, "track"), counted(report.n_windows, "window")
        say(f"{state}: {tracks}, {windows}")
        if contradictions:
            say(f"{counted(len(contradictions), 'contradiction')} between codes, titles and ears")
        for sentence in _remarks(report.leftovers, files):
            say(sentence)
    return SOME_FAILED if problems else DONE


def _problems(files: FileReport, catalog: str) -> Iterator[str]:
    for track in files.deleted:
        yield (
            f"{track.path} was deleted, but track {track.track_id} is still found: run 'samesong "
            f"index {catalog}' on the folder that it was moved to, or 'samesong catalog prune'"
        )
    for track in files.changed:
        yield (
            f"{track.path} has other audio than track {track.track_id}, or cannot be read: run "
            f"'samesong index {catalog}' on it"
        )
    for same in files.doubles:
        paths = ", ".join(track.path for track in same)
        ids = " ".join(track.track_id for track in same[1:])
        yield (
            f"the same audio is in {len(same)} tracks ({paths}): remove all but one with "
            f"'samesong catalog remove {catalog} {ids}'"
        )


def _remarks(leftovers: int, files: FileReport) -> Iterator[str]:
    if leftovers:
        yield (
            f"{counted(leftovers, 'window')} left by an interrupted run, harmless: "
            "the next 'samesong index' or 'samesong catalog optimize' removes them"
        )
    if files.retagged:
        yield (
            f"{counted(len(files.retagged), 'file')} with other tags than when they were indexed, "
            f"such as {files.retagged[0].path}: 'samesong index' reads them"
        )
    if files.unreachable:
        yield (
            f"{counted(len(files.unreachable), 'file')} out of reach, such as "
            f"{files.unreachable[0].path}: is the disk mounted? The catalog works without"
        )


def _paths(files: FileReport) -> dict[str, list[str] | list[list[str]]]:
    return {
        "deleted": _of(files.deleted),
        "changed": _of(files.changed),
        "retagged": _of(files.retagged),
        "unreachable": _of(files.unreachable),
        "doubles": [_of(same) for same in files.doubles],
    }


def _of(tracks: list[CatalogTrack] | tuple[CatalogTrack, ...]) -> list[str]:
    return [track.path for track in tracks]
