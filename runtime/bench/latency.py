"""Latency of an identification, stage by stage."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from samesong.features import audio, probe
from samesong.runtime.bench.report import Case, Report, Row
from samesong.runtime.bench.timing import Stopwatch, thread_limit
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.writer import CatalogWriter
from samesong.runtime.files.work_folder import WorkFolder
from samesong.runtime.identification.candidates import CandidateSearch
from samesong.runtime.identification.identifier import Identifier
from samesong.runtime.identification.outline_shard import OutlineShard
from samesong.runtime.identification.shards import LocalShards
from samesong.runtime.indexing.indexer import Indexer
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.onnx_session import Device, Session
from samesong.runtime.inference.window_maker import WindowMaker
from samesong.runtime.matching.alignment import align
from samesong.runtime.matching.cross_similarity import csms
from samesong.runtime.matching.scorer import BATCH, Scorer
from samesong.runtime.representation.window import Window

STAGES = (
    "decode",
    "front end",
    "branch",
    "candidates",
    "csm",
    "scorer",
    "pair",
    "alignment",
    "identify",
)
"""Stages in order. ``pair`` is the whole scoring of a pair of windows; ``csm`` and ``scorer`` are
its largest parts, each as its share of a batch. ``identify`` is the whole job; the others process
one window.
"""


@dataclass(frozen=True)
class Variant:
    """A model on a device with a number of threads."""

    model: str
    device: Device
    threads: int


def measure_latency(
    queries: Sequence[Path],
    models: Sequence[str],
    devices: Sequence[Device],
    threads: Sequence[int],
    rounds: int,
    *,
    catalog: str | Path | None,
    tracks: Sequence[Path],
    progress: Callable[[int, int], object] = lambda *_: None,
) -> Report:
    """Time each stage of identifying recordings, for all combinations of model, device and threads.

    The combinations are interleaved. Stages process the first window of a recording; ``identify``
    is the whole job, from the file to the ranking.

    Parameters
    ----------
    queries : sequence of Path
        Recordings to identify.
    models : sequence of str
        Names or folders of model bundles.
    devices : sequence of str
        Devices to run them on.
    threads : sequence of int
        Numbers of threads to run them on.
    rounds : int
        Timed rounds over all queries, after one to warm up.
    catalog : str or Path or None
        Catalog to search; None builds one from `tracks`.
    tracks : sequence of Path
        Recordings of that catalog.
    progress : callable, optional
        Called with the number of finished rounds and of all rounds, the warm-up included.

    Returns
    -------
    Report
        A row per combination and stage.

    Raises
    ------
    CatalogError
        If the catalog is empty.
    MismatchError
        If the catalog was built with another model.
    SamesongError
        Any other error of an identification.
    """
    variants = [Variant(*choice) for choice in product(models, devices, threads)]
    watches: dict[Variant, Stopwatch[str]] = {variant: Stopwatch() for variant in variants}
    bundles = {model: ModelBundle.load(model) for model in models}
    for bundle, device in product(bundles.values(), devices):
        WindowMaker(bundle, device)  # fails early on an unavailable device
    with WorkFolder("bench") as work:
        catalogs = {
            model: Catalog(catalog or _index(work.path / str(i), bundle, tracks), bundle)
            for i, (model, bundle) in enumerate(bundles.items())
        }
        stages = {v: _Stages(bundles[v.model], catalogs[v.model], v) for v in variants}
        for round_number in range(rounds + 1):
            for query, variant in product(queries, variants):
                watch = watches[variant] if round_number else Stopwatch()
                with thread_limit(variant.threads):
                    stages[variant].run(query, watch)
            progress(round_number + 1, rounds + 1)
        sizes = {model: len(opened) for model, opened in catalogs.items()}
    settings = {
        "queries": [{"file": q.name, "seconds": round(probe(q).duration, 1)} for q in queries],
        "catalog": str(catalog) if catalog else "built from the demo's recordings",
        "tracks": sizes,
        "rounds": rounds,
    }
    return Report("latency", settings, tuple(_rows(watches)))


class _Stages:
    """The stages of one variant, ready to run on recordings."""

    def __init__(self, bundle: ModelBundle, catalog: Catalog, variant: Variant) -> None:
        device, threads = variant.device, variant.threads
        self._bundle = bundle
        self._make = WindowMaker(bundle, device, threads=threads)
        graph = bundle.manifest.scorer
        self._levels = bundle.scorer_levels
        self._scorer = Session(
            bundle.path / graph.file,
            inputs=list(self._levels),
            outputs=list(graph.outputs),
            device=device,
            threads=threads,
        )
        self._pairs = Scorer(bundle, device, threads=threads)
        self._identifier = Identifier(bundle, catalog, device, threads=threads)
        shard = OutlineShard(catalog, bundle.fitted, ThreadPoolExecutor(threads))
        self._candidates = CandidateSearch(LocalShards([shard]))
        self._reference = _longest(catalog)

    def run(self, path: Path, watch: Stopwatch[str]) -> None:
        """Run all stages on one recording."""
        spec = self._bundle.spec
        with watch.lap("decode"):
            samples = audio.load(
                path,
                sample_rate=spec.sample_rate,
                duration=self._bundle.manifest.window_seconds,
            )
        with watch.lap("front end"):
            cqts = [one.transform(samples, spec.sample_rate) for one in self._make.front_ends]
        with watch.lap("branch"):
            window = self._make.window(0.0, cqts)
        with watch.lap("candidates"):
            self._candidates.find(window)
        with watch.lap("csm", BATCH):
            references = [self._reference.sequences] * BATCH
            matrices = csms(window.sequences, references, list(self._levels.values()))
        with watch.lap("scorer", BATCH):
            self._scorer.run(dict(zip(self._levels, matrices, strict=True)))
        with watch.lap("pair", BATCH):
            self._pairs(window, [self._reference] * BATCH)
        with watch.lap("alignment"):
            align(window, self._reference, self._bundle.step_seconds[0], self._bundle.fitted.path)
        with watch.lap("identify"):
            self._identifier.identify(path)


def _index(location: Path, bundle: ModelBundle, tracks: Sequence[Path]) -> Path:
    with CatalogWriter(location, bundle) as writer:
        Indexer(writer, Analyser(bundle, threads=1), workers=1).index(tracks)
    return location


def _longest(catalog: Catalog) -> Window:
    catalog.require_tracks()
    windows = (stored.window for stored in next(catalog.iter_windows()))
    return max(windows, key=lambda window: window.end - window.start)


def _rows(watches: dict[Variant, Stopwatch[str]]) -> Iterator[Row]:
    for variant, watch in watches.items():
        for stage in STAGES:
            case: Case = {
                "model": variant.model,
                "device": variant.device,
                "threads": variant.threads,
                "stage": stage,
            }
            yield Row(case, watch.times[stage].values())
