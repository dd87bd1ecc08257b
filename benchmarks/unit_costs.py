"""What a window, a track and a minute cost: bytes, and milliseconds of processor time.

All on one thread, with compiled loops. A figure is the median of several interleaved rounds; the
times of all rounds are kept beside it, since their spread is what a simulation draws from. The
catalog is made of the demo's recordings and synthetic tracks, large enough that its index does not
fit into a processor's cache. `scaling.py` runs this, and makes everything else of its JSON.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

import numpy as np
from csm_construction import peak
from encoding import encode
from object_store import build

from samesong import Analyser, Catalog, CatalogWriter, ModelBundle
from samesong.features import load, resample
from samesong.features.resampling import SAMPLE_RATE
from samesong.runtime.bench.machine import describe_machine
from samesong.runtime.bench.search import search_afresh
from samesong.runtime.bench.timing import Times, interleaved, thread_limit
from samesong.runtime.catalog.index_files import INDEX
from samesong.runtime.demo.run import DEMO_AUDIO
from samesong.runtime.identification.candidates import ALIGNED, CANDIDATES
from samesong.runtime.identification.retrieval import Candidates
from samesong.runtime.identification.retriever import Retriever
from samesong.runtime.identification.shortlist import coarse_evidence
from samesong.runtime.identification.version_finder import VersionFinder
from samesong.runtime.inference.segmentation import QUERY_HOP, REFERENCE_HOP
from samesong.runtime.matching.numba_policy import PROCESS
from samesong.runtime.matching.scorer import Scorer
from samesong.runtime.outlines.centroid import CentroidCosines, centre_of
from samesong.runtime.outlines.scan import kernel, outline_scores, scan
from samesong.runtime.outlines.store import NOBODY
from samesong.runtime.representation.window import Window

Costs = dict[str, Any]

RECORDING = "song.mp3"
"""Name of the recording in the folder, beside ``catalog``."""

_RECORDS = 1024  # whose centroids are compared at a time, as a search does
_PAIRS = 128  # what a search scores of a window
_HEARD = 16  # tracks whose other recordings are searched for
_MP3_RATE = 44_100
_SONG_SECONDS = 240
_STORE_WINDOWS = 2_000
_STORE_LATENCY = 300.0  # long beside other differences of a query


def measure(bundle: ModelBundle, work: Path, windows: int, rounds: int) -> Costs:
    """Measure all unit costs.

    Parameters
    ----------
    bundle : ModelBundle
        The model.
    work : Path
        Folder for the catalog and a recording; what an earlier run left there is used again.
    windows : int
        Windows of the catalog.
    rounds : int
        Timed rounds, at least 1.

    Returns
    -------
    dict
        ``machine``, ``windows``, ``tracks``, ``bytes`` by name, ``cpu_ms`` by name (``median``,
        and ``rounds``, one value each), ``search`` (``finalists``, ``pairs_per_query_window``;
        ``measured_cpu_ms`` of a whole search) and ``commit``.
    """
    work.mkdir(parents=True, exist_ok=True)
    build(str(work / "catalog"), bundle, windows)
    song = recording(work / RECORDING)
    catalog = Catalog(work / "catalog", bundle)
    with thread_limit(1), PROCESS.fixed(True):
        search = _Search(bundle, catalog, Analyser(bundle, threads=1).recording(song, QUERY_HOP)[0])
        times = _of_each(search.contenders(), rounds)
        times |= _of_each(_analyses(bundle, song), rounds)
        times["by_ear_per_track"] = _listening(bundle, catalog)
        whole = interleaved({"search": search.whole}, rounds)["search"]
    return {
        "machine": describe_machine(),
        "measured": datetime.now(UTC).strftime("%Y-%m-%d"),
        "windows": catalog.n_windows,
        "tracks": len(catalog),
        "bytes": _bytes(work / "catalog", bundle, catalog, search),
        "cpu_ms": times,
        "search": {
            "finalists": bundle.fitted.shortlist.finalists,
            "pairs_per_query_window": search.pairs,
            "measured_cpu_ms": 1e3 * median(whole.cpu),
        },
        "commit": [_committing(bundle, work / "catalog", size) for size in (0, 1)],
    }


def recording(path: Path) -> Path:
    """Write four minutes of the demo's live recordings, two windows, unless they are there.

    Parameters
    ----------
    path : Path
        An mp3 file; it becomes stereo, 44.1 kHz, 192 kbit/s.

    Returns
    -------
    Path
        The file.
    """
    if not path.exists():
        mono = np.concatenate([load(one) for one in sorted(DEMO_AUDIO.glob("live_*"))[:3]])
        high = resample(mono[: _SONG_SECONDS * SAMPLE_RATE], SAMPLE_RATE, _MP3_RATE)
        encode(np.stack([high, np.roll(high, 441)]), path, "libmp3lame", 192, rate=_MP3_RATE)
    return path


class _Search:
    """The stages of a search for one window, each ready to run alone."""

    def __init__(self, bundle: ModelBundle, catalog: Catalog, query: Window) -> None:
        self._catalog, self._fitted, self.query = catalog, bundle.fitted, query
        self._pool = ThreadPoolExecutor(1)
        self._level = query.sequences.levels[-1]
        self.parts = catalog.outlines()
        centre = centre_of([part.centroids for part in self.parts])
        self._cosines = CentroidCosines(self._level, centre)
        self._compare = kernel(catalog.n_windows)
        keys = np.concatenate([part.keys.ravel() for part in self.parts])
        # From all over the catalog, as those of a search are.
        self._keys = np.random.default_rng(0).permutation(keys[keys != NOBODY])[:ALIGNED].tolist()
        self._scorer = Scorer(bundle, threads=1)
        stored = catalog.read(self._keys[:_PAIRS])
        self._references = [one.window for one in stored]
        self._retriever = Retriever(bundle, catalog, threads=1)
        self.pairs = self._retriever.search([query]).trace.pairs

    def contenders(self) -> dict[str, tuple[Callable[[], object], float]]:
        """Return what to run of each stage, and how many units that is."""
        n = float(self._catalog.n_windows)
        return {
            "centroid_per_window": (self._centroids, n),
            "coarse_outline_per_window": (self._coarse, n),
            "outlines_per_query_window": (self._outlines, 1.0),
            "shortlist_per_query_window": (self._shorten, 1.0),
            "pair": (self._score, float(len(self._references))),
        }

    def whole(self) -> object:
        """Search with all stages."""
        return self._retriever.search([self.query])

    def _centroids(self) -> None:
        for part in self.parts:
            for piece in np.array_split(part.centroids, -(-len(part.records) // _RECORDS)):
                self._cosines.of_codes(piece)

    def _coarse(self) -> None:
        for part in self.parts:
            every = np.arange(len(part.records))
            scan(self._level, part, every, self._compare, fitted=self._fitted, pool=self._pool)

    def _outlines(self) -> None:
        block = self._catalog.coarsest(self._keys)
        outline_scores(self._level, block, self._compare, fitted=self._fitted, pool=self._pool)

    def _shorten(self) -> None:
        found = Candidates(self.query, self._keys[:CANDIDATES], self._cosines)
        coarse_evidence(found, self._catalog.read(found.keys), self._fitted, self._pool)

    def _score(self) -> None:
        self._scorer.matrix([self.query], self._references)


def _analyses(bundle: ModelBundle, song: Path) -> dict[str, tuple[Callable[[], object], float]]:
    samples = load(song)
    minutes = len(samples) / SAMPLE_RATE / 60
    analyser = Analyser(bundle, threads=1)

    def encoding(hop: float) -> Callable[[], object]:
        return lambda: analyser.samples(samples, SAMPLE_RATE, hop_seconds=hop)

    return {
        "decode_per_minute": (lambda: load(song), minutes),
        "encode_track_per_minute": (encoding(REFERENCE_HOP), minutes),
        "encode_query_per_minute": (encoding(QUERY_HOP), minutes),
    }


def _of_each(
    contenders: Mapping[str, tuple[Callable[[], object], float]], rounds: int
) -> dict[str, Costs]:
    times = interleaved({name: run for name, (run, _) in contenders.items()}, rounds)
    return {name: _per(times[name], units) for name, (_, units) in contenders.items()}


def _per(times: Times, units: float) -> Costs:
    spent = [1e3 * seconds / units for seconds in times.cpu]
    return {"median": median(spent), "rounds": [float(f"{one:.4g}") for one in spent]}


def _listening(bundle: ModelBundle, catalog: Catalog) -> Costs:
    """Return what finding a track's other recordings takes, one round a track."""
    finder = VersionFinder(bundle, catalog, threads=1)
    track_ids = [track.track_id for track in catalog.tracks()[:: len(catalog) // _HEARD]]
    windows = finder.windows_of(track_ids)
    times = Times()
    for number, track_id in enumerate([track_ids[0], *track_ids[1:]]):
        wall, cpu = perf_counter(), process_time()
        finder.twins(track_id, windows[track_id])
        finder.versions(track_id, windows[track_id])
        if number:  # the first one is warming up
            times.add(perf_counter() - wall, process_time() - cpu)
    return _per(times, 1.0)


def _bytes(folder: Path, bundle: ModelBundle, catalog: Catalog, search: _Search) -> Costs:
    n, tracks = catalog.n_windows, len(catalog)
    mapped = sum(part.raw.nbytes for part in search.parts)
    own = sum(part.keys.nbytes + part.tracks.nbytes + part.steps.nbytes for part in search.parts)

    def read_tracks() -> None:
        Catalog(folder, bundle).tracks()

    with thread_limit(1):
        afresh = search_afresh(folder, bundle, "cpu", 1, [[search.query]])
    return {
        "rows_per_window": _size(folder / "windows.lance") / n,
        "index_per_window_on_disk": _size(folder / INDEX) / n,
        "index_per_window_in_memory": (mapped + own) / n,
        "row_per_track": _size(folder / "tracks.lance") / tracks,
        "track_in_writer": peak(read_tracks) / tracks,
        "process": 1e6 * afresh["anonymous_mb"],
    }


def _size(path: Path) -> int:
    files = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
    return sum(one.stat().st_size for one in files)


def _committing(bundle: ModelBundle, folder: Path, share: int) -> Costs:
    """Commit a group of tracks as indexing does, to an empty catalog or to a copy of this one.

    Then make the index anew, as `samesong catalog optimize` does.
    """
    source = Catalog(folder, bundle)
    count = max(16, len(source) // 64)  # as large as groups of this catalog are
    some = source.tracks()[:count]
    group = [
        (
            replace(one, track_id=f"again-{n}", path=f"again/{n}", content_hash=f"again-{n}"),
            [stored.window for stored in source.windows(one.track_id)],
        )
        for n, one in enumerate(some)
    ]
    with TemporaryDirectory(dir=folder.parent) as scratch:
        copy = Path(scratch) / "catalog"
        if share:
            shutil.copytree(folder, copy, copy_function=os.link)
        with CatalogWriter(copy, bundle) as writer:
            held = len(writer)
            wall, cpu = perf_counter(), process_time()
            writer.add(group)
            wall, cpu = perf_counter() - wall, process_time() - cpu
            began = process_time()
            writer.optimize()
            optimizing, windows = process_time() - began, writer.n_windows
    return {
        "tracks_before": held,
        "tracks": count,
        "wall_ms_per_track": 1e3 * wall / count,
        "cpu_ms_per_track": 1e3 * cpu / count,
        "optimize_cpu_ms_per_window": 1e3 * optimizing / windows,
    }


def measure_store() -> Costs:
    """Count the requests of a query to an object store, and how many wait for one another.

    Returns
    -------
    dict
        ``requests_per_query`` and ``round_trips_per_query``, as `object_store.py` measures them.
    """
    script = Path(__file__).with_name("object_store.py")
    options = ["--windows", str(_STORE_WINDOWS), "--latency", str(_STORE_LATENCY), "--rounds", "1"]
    command = [sys.executable, str(script), *options]
    found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return {
        "requests_per_query": found["requests_a_query"],
        "round_trips_per_query": found["of_it_latency_ms"] / found["latency_ms"],
    }
