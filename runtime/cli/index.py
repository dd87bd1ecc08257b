"""``samesong index``: add recordings to a catalog."""

import os
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

import click

from samesong.runtime.catalog.writer import CatalogWriter
from samesong.runtime.cli.exit_codes import after
from samesong.runtime.cli.options import json_option, model_options
from samesong.runtime.cli.output import complain, print_json, say
from samesong.runtime.cli.progress import ProgressDisplay
from samesong.runtime.files.discovery import find_audio
from samesong.runtime.indexing.by_ear import Heard
from samesong.runtime.indexing.indexer import Indexer
from samesong.runtime.indexing.outcome import Outcome, Status
from samesong.runtime.indexing.progress import IndexingProgress
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.onnx_session import Device
from samesong.runtime.reports.text import counted


@click.command()
@click.argument("catalog")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@model_options
@json_option
def index(catalog: str, paths: Sequence[str], model: str, device: Device, as_json: bool) -> int:
    """Add audio files and folders to CATALOG, a folder that is created if missing.

    Files already in the catalog are skipped, so run the command again to resume after an
    interruption. Unusable files are reported, and all others are added.
    """
    began = time.monotonic()
    bundle = ModelBundle.load(model)
    found = find_audio(paths)
    failures = [f"{path}: {reason}" for path, reason in found.failures]
    if not found.files:
        raise click.UsageError("; ".join([*failures, f"no audio files in {', '.join(paths)}"]))
    # Several files at once, one thread each, are faster than one file at a time on all threads.
    workers = len(os.sched_getaffinity(0))
    analyser = Analyser(bundle, device, threads=1)
    with CatalogWriter(catalog, bundle) as writer, ProgressDisplay("files") as progress:
        latest: list[str] = []
        heard: list[Heard] = []

        def show(state: IndexingProgress) -> None:
            files, seconds = (state.files_done, state.n_files), (state.seconds_done, state.seconds)
            progress.audio("index", files, seconds, "; ".join(latest))
            latest.clear()

        indexer = Indexer(
            writer,
            analyser,
            workers=workers,
            on_outcome=lambda outcome: latest.append(f"{outcome.status} {outcome.path}"),
            on_progress=show,
            on_heard=heard.append,
            on_listening=lambda done, total: progress.step("listen", done, total),
        )
        outcomes = indexer.index(found.files)
        n_tracks = len(writer)
    failures += [outcome.detail for outcome in outcomes if outcome.status is Status.FAILED]
    counts = Counter(outcome.status for outcome in outcomes)
    for failure in failures:
        complain(failure)
    if as_json:
        print_json(
            _report(
                catalog,
                outcomes,
                n_tracks,
                heard,
                failures=failures,
                seconds=time.monotonic() - began,
            )
        )
    else:
        for outcome in outcomes:
            if outcome.status is Status.DUPLICATE:
                say(f"{outcome.path} has the same content as {outcome.detail}")
            elif outcome.status is Status.MOVED:
                say(f"{outcome.path} was moved from {outcome.detail}")
        numbers = ", ".join(f"{counts[status]} {status}" for status in Status if counts[status])
        say(f"{numbers}; catalog {catalog} has {counted(n_tracks, 'track')}")
        for line in _heard_lines(heard):
            say(line)
    return after(len(outcomes) - counts[Status.FAILED], len(failures))


def _heard_lines(heard: Sequence[Heard]) -> list[str]:
    """Sum up what was found by ear."""
    n_twins = sum(one.twin_of is not None for one in heard)
    lines = []
    if n_twins:
        what = "is a re-encoding of a track" if n_twins == 1 else "are re-encodings of tracks"
        lines.append(f"{n_twins} {what} that was there, and hidden from searches")
    if n_versions := len(heard) - n_twins:
        what = (
            "is another recording of a song"
            if n_versions == 1
            else ("are other recordings of songs")
        )
        lines.append(f"{n_versions} {what} that was there")
    return lines


def _report(
    catalog: str,
    outcomes: Sequence[Outcome],
    n_tracks: int,
    heard: Sequence[Heard],
    *,
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
        "heard": [
            {"track_id": one.track_id, "twin_of": one.twin_of, "versions": list(one.versions)}
            for one in heard
        ],
        "failures": list(failures),
        "seconds": round(seconds, 3),
    }
