"""``samesong index``: add recordings to a catalog."""

import os
import time
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from pathlib import Path

import click

from samesong.features.decoding.channels import Channel
from samesong.features.progress import Progress
from samesong.runtime.catalog.works import contradictions_of
from samesong.runtime.catalog.writer import CatalogWriter
from samesong.runtime.cli.catalog_argument import catalog_argument
from samesong.runtime.cli.cluster import ray_executor, ray_option
from samesong.runtime.cli.command import Command
from samesong.runtime.cli.exit_codes import after
from samesong.runtime.cli.index_output import IndexingReport
from samesong.runtime.cli.isolation import isolate_option
from samesong.runtime.cli.options import json_option, model_options
from samesong.runtime.cli.output import complain, print_json, say
from samesong.runtime.cli.places import RecordingPath
from samesong.runtime.cli.progress import ProgressDisplay
from samesong.runtime.cli.sound_options import sound_options
from samesong.runtime.cli.standard_input import DASH
from samesong.runtime.files.discovery import find_audio
from samesong.runtime.indexing.by_ear import Heard
from samesong.runtime.indexing.file_check import missing_below
from samesong.runtime.indexing.indexer import Indexer
from samesong.runtime.indexing.metadata import Taken, take_metadata
from samesong.runtime.indexing.metadata_list import MetadataList, read_metadata_list
from samesong.runtime.indexing.outcome import Outcome, Status
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.onnx_session import Device
from samesong.runtime.isolation.choice import Sound, file_reader

_SHOWN = 20
"""Contradictions printed one by one; one wrong column of a list makes thousands."""

_AS_BEFORE = (Status.PRESENT, Status.DUPLICATE, Status.FAILED)


@click.command(cls=Command)
@catalog_argument(new=True)
@click.argument("paths", type=RecordingPath(), metavar="[PATH...]", nargs=-1)
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
@sound_options
@isolate_option
@ray_option("Analyse files", "auto, HOST:PORT or ray://HOST:PORT")
@model_options
@json_option
def index(
    *,
    catalog: str,
    paths: Sequence[str],
    list_path: str | None,
    reread: bool,
    channel: Channel | None,
    stream: int | None,
    isolate: bool,
    ray_address: str | None,
    model: str,
    device: Device,
    as_json: bool,
) -> int:
    """Add audio files and folders to CATALOG, a folder that is created if missing.

    CATALOG and PATH may be addresses in object storage, such as s3://BUCKET/FOLDER or, of files,
    's3://BUCKET/FOLDER/*.flac' (needs the extra 'cluster').

    Files already in the catalog are skipped, so run the command again to resume after an
    interruption. Files that were tagged, renamed or moved are recognised by their audio. Unusable
    files are reported, and all others are added.

    With --ray, workers read and analyse the files, and one process, this one, writes the catalog.
    Whatever of it dies, run the command again to go on.
    """
    if DASH in paths:
        raise click.UsageError(
            "a catalog keeps the paths of its recordings, and - has none: save standard input to a "
            "file, and add that"
        )
    began = time.monotonic()
    bundle = ModelBundle.load(model)
    metadata = None if list_path is None else read_metadata_list(list_path)
    if not paths and metadata is None:
        raise click.UsageError("nothing to add: give files or folders, or --metadata LIST.csv")
    found = find_audio(paths or _existing(metadata))
    failures = [f"{path}: {reason}" for path, reason in found.failures]
    if paths and not found.files:
        raise click.ClickException(
            "; ".join(failures) or f"no audio files in {', '.join(paths)}: give files or folders"
        )
    # Several files at once, one thread each, are faster than one file at a time on all threads.
    workers = len(os.sched_getaffinity(0))
    analyser = Analyser(bundle, device if ray_address is None else "cpu", threads=1)
    sound = Sound(isolate=isolate, channel=channel, stream=stream)
    cluster = (
        nullcontext()
        if ray_address is None
        else ray_executor(ray_address, model, bundle, device, found.files, **sound)
    )
    with (
        cluster as executor,
        CatalogWriter(catalog, bundle) as writer,
        ProgressDisplay("files") as progress,
        file_reader(**sound) as reader,
    ):
        latest: list[str] = []
        n_failed = 0
        heard: list[Heard] = []

        def show(state: Progress) -> None:
            progress.show(state, "; ".join(latest), n_failed=n_failed)
            latest.clear()

        def note(outcome: Outcome) -> None:
            nonlocal n_failed
            n_failed += outcome.status is Status.FAILED
            if outcome.status is not Status.PRESENT:  # there may be 20,000 of them
                latest.append(f"{outcome.status} {outcome.path}")

        indexer = Indexer(
            writer,
            analyser,
            workers=workers,
            reread=reread,
            reader=reader,
            executor=executor,
            on_outcome=note,
            on_progress=show,
            on_heard=heard.append,
        )
        outcomes = indexer.index(found.files)
        failed = [outcome.path for outcome in outcomes if outcome.status is Status.FAILED]
        taken = None if metadata is None else take_metadata(writer, metadata, failed)
        missing = missing_below(writer, paths, found.files)
        about = _changed(outcomes, heard, taken)
        contradictions = contradictions_of(writer.tracks(), about) if about else []
        n_tracks = len(writer)
    failures += [outcome.detail for outcome in outcomes if outcome.status is Status.FAILED]
    if metadata is not None and taken is not None:
        failures += [*metadata.problems, *taken.problems]
    notes = [] if metadata is None else metadata.notes
    for sentence in (*notes, *contradictions[:_SHOWN], *failures):
        complain(sentence)
    if n_more := len(contradictions[_SHOWN:]):
        complain(f"... and {n_more} more like these; 'samesong catalog works' prints them all")
    report = IndexingReport(
        catalog=catalog,
        n_tracks=n_tracks,
        outcomes=outcomes,
        heard=heard,
        missing=missing,
        metadata=taken,
        contradictions=contradictions,
        passed_over=found.passed_over,
        failures=failures,
        seconds=time.monotonic() - began,
    )
    if as_json:
        print_json(report.to_dict())
    else:
        for line in report.lines():
            say(line)
    return after(report.n_done, len(failures))


def _changed(outcomes: Iterable[Outcome], heard: Iterable[Heard], taken: Taken | None) -> set[str]:
    """Return the track_ids of what a run may have put into other works."""
    return {
        *(one.track_id for one in outcomes if one.status not in _AS_BEFORE),
        *(one.track_id for one in heard),
        *(() if taken is None else taken.updated),
    }


def _existing(metadata: MetadataList | None) -> list[Path]:
    return [file.path for file in metadata.files if file.path.exists()] if metadata else []
