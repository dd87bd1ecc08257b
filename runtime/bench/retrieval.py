"""What retrieval finds, and how fast, in catalogs of growing size."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from samesong.features.errors import BenchmarkError
from samesong.runtime.bench.grown_catalog import GrownCatalog
from samesong.runtime.bench.machine import describe_machine
from samesong.runtime.bench.made_music import MusicMaker
from samesong.runtime.bench.plan import Plan
from samesong.runtime.bench.queries import Query, made_queries, recorded_queries
from samesong.runtime.bench.report import Key, Report, Row
from samesong.runtime.bench.search import Measurement, Progress
from samesong.runtime.files.discovery import stored_path
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import ModelBundle

REPORT = "retrieval.json"
CATALOG = "catalog"
QUERIES = "queries"


def measure_retrieval(
    folder: Path, bundle: ModelBundle, plan: Plan, progress: Progress = lambda *_: None
) -> Report:
    """Measure retrieval at each size, growing one catalog; an interrupted run goes on.

    Parameters
    ----------
    folder
        Where the catalog is kept, the queries, exhaustive searches, and the rows that were
        measured: none is measured again.
    bundle
        The model.
    plan
        What to measure.
    progress
        Called with a stage, how much of it is done, and how much there is.

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
        If the folder was made with other settings, or has outgrown a size without being measured.
    """
    folder.mkdir(parents=True, exist_ok=True)
    settings = {
        "model": bundle.manifest.name,
        "fingerprint": bundle.fingerprint,
        "recordings": str(plan.manifest or "the demo's"),
        "query_seconds": list(plan.seconds),
        "made_queries": plan.n_made,
        "device": plan.device,
        "threads": plan.threads or 0,
        "exhaustive_up_to": plan.exhaustive_up_to,
    }
    report = _resumed(folder / REPORT, settings)
    report.save(folder / REPORT)  # from now on the folder belongs to these settings
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
    """Yield those rows of a size that are missing; `queries` is filled when it is empty."""
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
            f"{path} was measured with other {', '.join(differing)}: name another folder, "
            "or remove that file to measure again"
        )
    return replace(found, machine=describe_machine())


def _grown(location: Path, bundle: ModelBundle, plan: Plan, size: int, progress: Progress) -> Row:
    """Grow the catalog to a size and index it; return what that took."""
    studio = [entry.path.absolute() for entry in plan.entries() if entry.kind == "studio"]
    with GrownCatalog(location, bundle) as catalog:
        catalog.add_recordings(studio)
        held = catalog.n_windows
        if held > 1.1 * size:
            raise BenchmarkError(
                f"{location} has {held} windows already, too many to measure at {size}: "
                "name another folder, or leave that size out"
            )
        makers = _makers(catalog, bundle, plan)
        began = perf_counter()
        catalog.grow(
            lambda number: makers[number >= plan.n_made],
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


def _makers(
    catalog: GrownCatalog, bundle: ModelBundle, plan: Plan
) -> tuple[MusicMaker, MusicMaker]:
    """Return what makes the tracks that made queries play, and what makes all others.

    Neither uses recordings that a recorded query is a version of, and they share none: else pieces
    of what a query plays would be in thousands of tracks.
    """
    live = {entry.work_id for entry in plan.entries() if entry.kind == "live"}
    played = {stored_path(e.path.absolute()) for e in plan.entries() if e.work_id in live}
    recorded = catalog.recorded()
    apart = [track for track in recorded if track.path not in played] or recorded
    kinds = (apart[::2], apart[1::2] or apart)
    first, second = (MusicMaker(catalog.pool(tracks), bundle.step_seconds) for tracks in kinds)
    return first, second


def _queries(location: Path, bundle: ModelBundle, plan: Plan, progress: Progress) -> list[Query]:
    with GrownCatalog(location, bundle) as catalog:
        analyser = Analyser(bundle, plan.device, threads=plan.threads)
        folder = location.with_name(QUERIES)
        folder.mkdir(exist_ok=True)
        recorded = recorded_queries(
            plan.entries(),
            catalog.tracks(),
            analyser,
            plan.seconds,
            folder=folder,
            progress=progress,
        )
        made = made_queries(_makers(catalog, bundle, plan)[0], plan.n_made, plan.seconds)
    return [*recorded, *made]
