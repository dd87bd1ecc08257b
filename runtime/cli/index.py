"""``samesong index``: add recordings to a catalog."""

import os
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from samesong.runtime.catalog.writer import CatalogWriter
from samesong.runtime.cli.exit_codes import after
from samesong.runtime.cli.index_output import tell
from samesong.runtime.cli.options import json_option, model_options
from samesong.runtime.cli.output import complain, print_json, say
from samesong.runtime.cli.progress import ProgressDisplay
from samesong.runtime.files.discovery import find_audio
from samesong.runtime.indexing.file_check import missing_below
from samesong.runtime.indexing.indexer import Indexer
from samesong.runtime.indexing.metadata import take_metadata
from samesong.runtime.indexing.metadata_list import MetadataList, read_metadata_list
from samesong.runtime.indexing.outcome import Outcome, Status
from samesong.runtime.indexing.progress import IndexingProgress
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.onnx_session import Device
from samesong.runtime.reports.text import counted


@click.command()
@click.argument("catalog")
@click.argument("paths", metavar="[PATH...]", nargs=-1)
@click.option(
    "--metadata",
    "list_path",
    metavar="LIST.csv",
    type=click.Path(dir_okay=False),
    help="Table of what tags lack, with the column path (relative to the table) and any of title, "
    "artist, album, isrc, iswc, mb_work_id, mb_recording_id, work_code (your own id of the work). "
    "Its files are indexed if no PATH is given.",
)
@click.option(
    "--reread",
    is_flag=True,
    help="Read also files whose size and time are those of the last run, as where a tagger keeps "
    "the time.",
)
@model_options
@json_option
def index(
    *,
    catalog: str,
    paths: Sequence[str],
    list_path: str | None,
    reread: bool,
    model: str,
    device: Device,
    as_json: bool,
) -> int:
    """Add audio files and folders to CATALOG, a folder that is created if missing.

    Files already in the catalog are skipped, so run the command again to resume after an
    interruption. Files that were tagged, renamed or moved are recognised by their audio. Unusable
    files are reported, and all others are added.
    """
    began = time.monotonic()
    bundle = ModelBundle.load(model)
    metadata = None if list_path is None else read_metadata_list(list_path)
    if not paths and metadata is None:
        raise click.UsageError("nothing to add: give files or folders, or --metadata LIST.csv")
    found = find_audio(paths or _existing(metadata))
    failures = [f"{path}: {reason}" for path, reason in found.failures]
    if paths and not found.files:
        raise click.UsageError("; ".join([*failures, f"no audio files in {', '.join(paths)}"]))
    # Several files at once, one thread each, are faster than one file at a time on all threads.
    workers = len(os.sched_getaffinity(0))
    analyser = Analyser(bundle, device, threads=1)
    with CatalogWriter(catalog, bundle) as writer, ProgressDisplay("files") as progress:
        latest: list[str] = []

        def show(state: IndexingProgress) -> None:
            files, seconds = (state.files_done, state.n_files), (state.seconds_done, state.seconds)
            progress.audio("index", files, seconds, "; ".join(latest))
            latest.clear()

        def note(outcome: Outcome) -> None:
            if outcome.status is not Status.PRESENT:  # there may be 20,000 of them
                latest.append(f"{outcome.status} {outcome.path}")

        indexer = Indexer(
            writer,
            analyser,
            workers=workers,
            reread=reread,
            on_outcome=note,
            on_progress=show,
        )
        outcomes = indexer.index(found.files)
        failed = [outcome.path for outcome in outcomes if outcome.status is Status.FAILED]
        taken = None if metadata is None else take_metadata(writer, metadata, failed)
        missing = missing_below(writer.tracks(), paths, found.files)
        n_tracks = len(writer)
    failures += [outcome.detail for outcome in outcomes if outcome.status is Status.FAILED]
    if metadata is not None and taken is not None:
        failures += [*metadata.problems, *taken.problems]
        for sentence in metadata.notes:
            complain(sentence)
    for failure in failures:
        complain(failure)
    counts = Counter(outcome.status for outcome in outcomes)
    if as_json:
        report = _report(catalog, outcomes, n_tracks, failures, time.monotonic() - began)
        report["missing"] = [track.path for track in missing]
        if taken is not None:
            report["metadata"] = {"n_files": taken.n_files, "n_updated": taken.n_updated}
        print_json(report)
    else:
        tell(outcomes)
        if taken is not None:
            say(
                f"{counted(taken.n_updated, 'track')} updated by {list_path}, "
                f"which names {counted(taken.n_files, 'file')} of the catalog"
            )
        if missing:
            say(
                f"{counted(len(missing), 'track')} of the catalog without a file any more, such as "
                f"{missing[0].path}: 'samesong catalog prune {catalog}' removes what was deleted"
            )
        numbers = ", ".join(f"{counts[status]} {status}" for status in Status if counts[status])
        say(f"{numbers or 'no files to add'}; catalog {catalog} has {counted(n_tracks, 'track')}")
    done = len(outcomes) - counts[Status.FAILED] + (0 if taken is None else taken.n_files)
    return after(done, len(failures))


def _existing(metadata: MetadataList | None) -> list[Path]:
    return [file.path for file in metadata.files if file.path.exists()] if metadata else []


def _report(
    catalog: str,
    outcomes: Sequence[Outcome],
    n_tracks: int,
    failures: Sequence[str],
    seconds: float,
) -> dict[str, Any]:
    return {
        "catalog": catalog,
        "n_tracks": n_tracks,
        "files": [
            {
                "path": str(outcome.path),
                "status": str(outcome.status),
                "track_id": outcome.track_id or None,
                "detail": outcome.detail or None,
            }
            for outcome in outcomes
        ],
        "failures": list(failures),
        "seconds": round(seconds, 3),
    }
