"""Recall and latency of retrieval as a catalog grows."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from samesong.features.errors import BenchmarkError
from samesong.runtime.bench.grown_catalog import GrownCatalog
from samesong.runtime.bench.machine import describe_machine
from samesong.runtime.bench.plan import Plan, StageProgress
from samesong.runtime.bench.queries import Query, recorded_queries, synthetic_queries
from samesong.runtime.bench.report import Key, Report, Row
from samesong.runtime.bench.search import Measurement
from samesong.runtime.bench.synthetic_tracks import TrackSynthesiser
from samesong.runtime.files.discovery import stored_path
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import ModelBundle

REPORT = "retrieval.json"
CATALOG = "catalog"
QUERIES = "queries"


def measure_retrieval(
    folder: Path, bundle: ModelBundle, plan: Plan, progress: StageProgress = lambda *_: None
) -> Report:
    """Measure retrieval at each size of one growing catalog, resuming an interrupted run.

    Parameters
    ----------
    folder : Path
        Holds the catalog, the queries, exhaustive searches, and the rows measured so far, which
        are not measured again.
    bundle : ModelBundle
        The model.
    plan : Plan
        Settings.
    progress : callable, optional
        Called with a stage, the number of finished steps, and of all steps.

    Returns
    -------
    Report
        Rows of each size: ``build`` (seconds and bytes); ``open`` (with the first search of a
        process, and its memory); ``search`` for each kind and length of query (from its windows to
        a ranking; recall and agreement); and ``identify`` for each length (from an audio file to
        the answer, alignment included).

    Raises
    ------
    BenchmarkError
        If the folder belongs to other settings, or its catalog is larger than a size that has not
        been measured.
    """
    folder.mkdir(parents=True, exist_ok=True)
    settings = {
        "model": bundle.manifest.name,
        "fingerprint": bundle.fingerprint,
        "recordings": str(plan.manifest or "the demo's"),
        "query_seconds": list(plan.seconds),
        "made_queries": plan.n_synthetic,
        "device": plan.device,
        "threads": plan.threads or 0,
        "exhaustive_up_to": plan.exhaustive_up_to,
    }
    report = _resumed(folder / REPORT, settings)
    report.save(folder / REPORT)  # claims the folder for these settings
    queries: list[Query] = []
    for size in plan.sizes:
        measurement = Measurement(folder / CATALOG, bundle, plan, size, progress)
        missing = set(measurement.cases()) - {row.key for row in report.rows}
        if not missing:
            continue
        for row in _rows(measurement, queries, missing):
            report = replace(report, rows=(*report.rows, row))
            report.save(folder / REPORT)
    return report


def _rows(measurement: Measurement, queries: list[Query], missing: set[Key]) -> Iterator[Row]:
    """Yield the missing rows of a size; fills `queries` if it is empty."""
    location, bundle, plan = measurement.location, measurement.bundle, measurement.plan
    build = _grown(location, bundle, plan, measurement.size, measurement.progress)
    if build.key in missing:
        yield build
    queries.extend([] if queries else _queries(location, bundle, plan, measurement.progress))
    yield from measurement.rows(queries, missing)


def _resumed(path: Path, settings: dict[str, object]) -> Report:
    if not path.exists():
        return Report("retrieval", settings, ())
    found = Report.load(path)
    if found.settings != settings:
        differing = [name for name in settings if found.settings.get(name) != settings[name]]
        raise BenchmarkError(
            f"{path} was measured with a different {', '.join(differing)}: name another folder, "
            "or delete that file to measure again"
        )
    return replace(found, machine=describe_machine())


def _grown(
    location: Path, bundle: ModelBundle, plan: Plan, size: int, progress: StageProgress
) -> Row:
    """Grow the catalog to a size and index it; return the row of its cost."""
    studio = [entry.path.absolute() for entry in plan.recordings() if entry.kind == "studio"]
    with GrownCatalog(location, bundle) as catalog:
        catalog.add_recordings(studio)
        held = catalog.n_windows
        if held > 1.1 * size:
            raise BenchmarkError(
                f"{location} already has {held} windows, too many to measure at {size}: "
                "name another folder, or leave that size out"
            )
        synthesisers = _synthesisers(catalog, bundle, plan)
        began = perf_counter()
        catalog.grow(
            lambda number: synthesisers[number >= plan.n_synthetic],
            size,
            lambda done, total: progress(f"grow to {size}", done, total),
        )
        grown = perf_counter()
        progress(f"optimize {size}", 0, 1)
        catalog.optimize()
        progress(f"optimize {size}", 1, 1)
        optimized = perf_counter()
        n_windows = catalog.n_windows
        n_tracks = len(catalog)
    size_bytes = sum(path.stat().st_size for path in location.rglob("*") if path.is_file())
    return Row(
        {"windows": size, "step": "build"},
        {
            "n_windows": n_windows,
            "n_tracks": n_tracks,
            "grow_ms_a_window": 1e3 * (grown - began) / max(1, n_windows - held),
            "optimize_s": optimized - grown,
            "disk_gb": size_bytes / 1e9,
            "kb_a_window": size_bytes / 1e3 / n_windows,
        },
    )


def _synthesisers(
    catalog: GrownCatalog, bundle: ModelBundle, plan: Plan
) -> tuple[TrackSynthesiser, TrackSynthesiser]:
    """Return the synthesiser of the tracks that synthetic queries play, and that of all others.

    They share no recording, and neither uses one that a recorded query is a version of: otherwise
    pieces of the queries' music would be in thousands of tracks.
    """
    live = {entry.work_id for entry in plan.recordings() if entry.kind == "live"}
    played = {stored_path(e.path.absolute()) for e in plan.recordings() if e.work_id in live}
    recorded = catalog.recorded()
    apart = [track for track in recorded if track.path not in played] or recorded
    kinds = (apart[::2], apart[1::2] or apart)
    first, second = (
        TrackSynthesiser(catalog.pool(tracks), bundle.step_seconds) for tracks in kinds
    )
    return first, second


def _queries(
    location: Path, bundle: ModelBundle, plan: Plan, progress: StageProgress
) -> list[Query]:
    with GrownCatalog(location, bundle) as catalog:
        analyser = Analyser(bundle, plan.device, threads=plan.threads)
        folder = location.with_name(QUERIES)
        folder.mkdir(exist_ok=True)
        recorded = recorded_queries(
            plan.recordings(),
            catalog.tracks(),
            analyser,
            plan.seconds,
            folder=folder,
            progress=progress,
        )
        made = synthetic_queries(
            _synthesisers(catalog, bundle, plan)[0], plan.n_synthetic, plan.seconds
        )
    return [*recorded, *made]
