"""Candidates: the exact search against a slow one, the index against the exact search."""

import json
import logging
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import lancedb
import numpy as np
import pytest

from samesong.features.errors import CatalogError
from samesong.runtime.alignment_score import alignment_scores
from samesong.runtime.bundle import ModelBundle
from samesong.runtime.candidates import CandidateSearch
from samesong.runtime.catalog import Catalog
from samesong.runtime.catalog_check import verify
from samesong.runtime.catalog_index import RECORD
from samesong.runtime.catalog_rows import CatalogTrack
from samesong.runtime.catalog_writer import CatalogWriter
from samesong.runtime.outline import coarse_outline, outline_scores
from samesong.runtime.passages import query_passages, reference_passages
from samesong.runtime.recording import Window
from samesong.runtime.retrieval import Retriever
from samesong.runtime.sequences import DeepSequences

N_TRACKS = 300


def rows_of(generator: np.random.Generator, steps: int) -> np.ndarray:
    values = generator.standard_normal((steps, 32)).astype(np.float32)
    return values / np.linalg.norm(values, axis=1, keepdims=True)


def window_of(number: int, *, noise: float = 0.0, steps: int = 60) -> Window:
    """Return a window made of one number; with noise, a version of it."""
    generator = np.random.default_rng(number)
    levels = [rows_of(generator, length) for length in (2 * steps, 2 * steps, steps, steps)]
    noisy = [
        level + noise * rows_of(np.random.default_rng(number + 1), len(level)) for level in levels
    ]
    levels = [level / np.linalg.norm(level, axis=1, keepdims=True) for level in noisy]
    return Window(
        0.0,
        1.2 * steps,
        DeepSequences(tuple(levels), np.ones(128, np.float32) / np.sqrt(128, dtype=np.float32)),
        rows_of(generator, 2 * steps)[:, :12],
    )


def entry(number: int) -> tuple[CatalogTrack, list[Window]]:
    track = CatalogTrack(
        track_id=str(number),
        title=f"Song {number}",
        artist=None,
        album=None,
        isrc=None,
        path=f"/{number}",
        duration=72.0,
        content_hash=str(number),
        n_windows=1,
        added=datetime(2026, 1, 1, tzinfo=UTC),
    )
    return track, [window_of(number, steps=30 + number % 3 * 15)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a catalog with an index of all but the last ten of its tracks."""
    location = tmp_path_factory.mktemp("candidates") / "catalog"
    bundle = ModelBundle.load(Path(__file__).parents[1] / "data" / "tiny_bundle")
    with CatalogWriter(location, bundle) as writer:
        for start in range(0, N_TRACKS - 10, 100):
            writer.add([entry(number) for number in range(start, min(start + 100, N_TRACKS - 10))])
        writer.optimize(index_from=100)
        writer.add([entry(number) for number in range(N_TRACKS - 10, N_TRACKS)])
    return location


@pytest.fixture
def location(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "catalog"))


def exact(catalog: Catalog) -> CandidateSearch:
    return CandidateSearch(catalog)


def in_blocks(catalog: Catalog) -> CandidateSearch:
    search = CandidateSearch(catalog, held=0)
    search.way = "blocks"
    return search


def by_index(catalog: Catalog) -> CandidateSearch:
    search = CandidateSearch(catalog, held=0)
    assert search.way == "index"
    return search


@pytest.fixture(scope="module")
def references(made: Path) -> dict[int, np.ndarray]:
    """Return the exact passages of each window, by its key."""
    stored = [one for batch in Catalog(made).iter_windows() for one in batch]
    levels = {one.key: entry(int(one.track_id))[1][0].sequences.levels[-1] for one in stored}
    return {key: reference_passages(level) for key, level in levels.items()}


def naive_order(references: dict[int, np.ndarray], query: Window) -> list[int]:
    """Align all coarse outlines, one after the other."""
    ours = coarse_outline(reference_passages(query.sequences.levels[-1]))
    scores = {
        key: alignment_scores((ours @ coarse_outline(theirs).T)[None])[0]
        for key, theirs in references.items()
    }
    return sorted(scores, key=lambda key: -scores[key])


@pytest.mark.parametrize("way", [exact, in_blocks])
@pytest.mark.parametrize("steps", [60, 10])
def test_exact_searches_find_what_a_slow_one_does(
    made: Path,
    references: dict[int, np.ndarray],
    way: Callable[[Catalog], CandidateSearch],
    steps: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("samesong.runtime.candidates.ALIGNED", 1)
    monkeypatch.setattr("samesong.runtime.catalog._PASSAGES_BATCH", 64)
    search = way(Catalog(made))
    for number in (0, 5, N_TRACKS - 1):
        query = window_of(number, noise=1.0, steps=steps)
        found = search.find(query, 20)
        expected = naive_order(references, query)
        assert len(set(found)) == 20
        # Outlines are kept in eight bits, so that neighbours may change places.
        assert len(set(found) & set(expected[:20])) >= 18


@pytest.mark.parametrize("way", [exact, in_blocks])
def test_the_best_are_put_in_order_by_their_outlines(
    made: Path, way: Callable[[Catalog], CandidateSearch]
) -> None:
    catalog = Catalog(made)
    query = window_of(5, noise=1.0)
    (block,) = catalog.iter_passages()
    scores = outline_scores(query.sequences.levels[-1], block)
    assert way(catalog).find(query, 30) == block.keys[np.argsort(-scores)[:30]].tolist()


def test_all_ways_find_all_when_all_are_asked_for(made: Path) -> None:
    catalog = Catalog(made)
    keys = {key for block in catalog.iter_passages() for key in block.keys.tolist()}
    assert len(keys) == N_TRACKS
    for way in (exact, in_blocks):
        assert set(way(catalog).find(window_of(7), N_TRACKS + 5)) == keys


def test_the_index_finds_versions_also_of_tracks_that_are_not_in_it_yet(made: Path) -> None:
    catalog = Catalog(made)
    assert (catalog.index.kind, catalog.index.n_indexed, catalog.index.n_unindexed) == (
        "ready",
        N_TRACKS - 10,
        10,
    )
    for number in (0, 1, 2, 100, N_TRACKS - 11, N_TRACKS - 10, N_TRACKS - 1):
        query = window_of(number, noise=0.7, steps=30 + number % 3 * 15)
        for way in (exact, by_index):
            (best, *_) = catalog.read(way(catalog).find(query, 10)[:1])
            assert best.track_id == str(number)


def test_a_query_of_one_passage_is_found_by_the_index(made: Path) -> None:
    catalog = Catalog(made)
    query = window_of(3, steps=30)
    level = query.sequences.levels[-1][:6]
    assert len(query_passages(level)) == 1
    assert len(catalog.nearest(query_passages(level), 5)) == 5


def test_removed_tracks_are_no_candidates(location: Path, bundle: ModelBundle) -> None:
    with CatalogWriter(location, bundle) as writer:
        writer.remove(["3", str(N_TRACKS - 1)])
    catalog = Catalog(location)
    for number in (3, N_TRACKS - 1):
        for way in (exact, in_blocks, by_index):
            stored = catalog.read(way(catalog).find(window_of(number), 50))
            assert stored
            assert str(number) not in {one.track_id for one in stored}


def test_optimizing_takes_new_windows_into_the_index(location: Path, bundle: ModelBundle) -> None:
    with CatalogWriter(location, bundle) as writer:
        writer.optimize(index_from=100)
        record = (location / RECORD).read_text()
        writer.optimize(index_from=100)
        assert (location / RECORD).read_text() == record  # nothing to do
    catalog = Catalog(location)
    assert (catalog.index.kind, catalog.index.n_indexed) == ("ready", N_TRACKS)
    assert catalog.index.n_unindexed == 0
    (best, *_) = catalog.read(by_index(catalog).find(window_of(N_TRACKS - 1), 10)[:1])
    assert best.track_id == str(N_TRACKS - 1)


def test_a_small_catalog_has_no_index(location: Path, bundle: ModelBundle) -> None:
    with CatalogWriter(location, bundle) as writer:
        writer.optimize(index_from=1000)
    assert Catalog(location).index.kind == "none"
    assert not (location / RECORD).exists()


def damage(location: Path, how: str) -> None:
    (home,) = (location / "windows.lance" / "_indices").iterdir()
    codes = home / "auxiliary.idx"
    if how == "cut":
        codes.write_bytes(codes.read_bytes()[:-100])
    elif how == "deleted":
        codes.unlink()
    elif how == "changed":
        content = bytearray(codes.read_bytes())
        content[len(content) // 2] ^= 0xFF
        codes.write_bytes(content)
    elif how == "unfinished":
        record = json.loads((location / RECORD).read_text())
        (location / RECORD).write_text(json.dumps({f"{uuid}x": record[uuid] for uuid in record}))
    elif how == "unrecorded":
        (location / RECORD).unlink()
    elif how == "nonsense":
        (location / RECORD).write_text("[]")


@pytest.mark.parametrize(
    "case",
    [
        ("cut", "auxiliary.idx is not what was written"),
        ("deleted", "auxiliary.idx is missing"),
        ("changed", "auxiliary.idx is not what was written"),
        ("unfinished", "not finished"),
        ("unrecorded", "index.json is missing"),
        ("nonsense", "not finished"),
    ],
)
def test_a_damaged_index_is_not_searched_but_built_anew(
    location: Path,
    bundle: ModelBundle,
    case: tuple[str, str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    how, problem = case
    damage(location, how)
    catalog = Catalog(location, bundle)
    assert catalog.index.kind == "broken"
    assert problem in catalog.index.problem
    report = verify(catalog)
    assert len(report.problems) == 1
    assert "samesong catalog optimize" in report.problems[0]
    monkeypatch.setattr("samesong.runtime.candidates.HELD", 0)
    monkeypatch.setattr("samesong.runtime.retrieval.EXHAUSTIVE", 0)
    with caplog.at_level(logging.WARNING):
        pairs, trace = Retriever(bundle, catalog, threads=1, candidates=5).search(entry(4)[1])
    assert (trace.search, trace.index, trace.candidates) == ("blocks", "broken", 5)
    assert "4" in pairs
    assert problem in caplog.text
    with CatalogWriter(location, bundle) as writer:
        writer.optimize(index_from=100)
    assert Catalog(location).index.kind == "ready"
    assert not verify(Catalog(location)).problems


def test_a_search_tells_what_it_did(
    made: Path, bundle: ModelBundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("samesong.runtime.retrieval.EXHAUSTIVE", 0)
    catalog = Catalog(made, bundle)
    queries = [window_of(number, noise=0.5) for number in (2, 5, 2)]
    retriever = Retriever(bundle, catalog, threads=1, candidates=8)
    pairs, trace = retriever.search(queries)
    told = trace.to_dict()
    assert told["windows"] == N_TRACKS
    assert (told["search"], told["index"]) == ("memory", None)
    assert told["pairs"] == 3 * len(pairs)
    assert 8 <= told["candidates"] == len(pairs) <= 16
    assert set(told["milliseconds"]) == {"candidates", "read", "shortlist", "score"}
    monkeypatch.setattr("samesong.runtime.candidates.HELD", 0)
    by_index, other = Retriever(bundle, catalog, threads=1, candidates=8).search(queries)
    assert (other.search, other.index, other.unindexed) == ("index", "ready", 10)
    every, all_of_it = retriever.search(queries, exhaustive=True)
    assert (all_of_it.search, all_of_it.pairs) == ("exhaustive", 3 * N_TRACKS)
    for found in (pairs, by_index):
        for track_id, pair in found.items():
            assert pair.evidence == pytest.approx(every[track_id].evidence, abs=1e-5)


def test_writing_fails_when_the_index_cannot_be_written(
    location: Path, bundle: ModelBundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    table_type = type(lancedb.connect(location).open_table("windows"))

    def full(*_: object, **__: object) -> None:
        raise OSError("No space left on device (os error 28)")

    with CatalogWriter(location, bundle) as writer, monkeypatch.context() as context:
        context.setattr(table_type, "create_index", full)
        with pytest.raises(CatalogError, match="the disk is full"):
            writer.optimize(index_from=100)
    catalog = Catalog(location, bundle)
    assert not verify(catalog).problems
    (best, *_) = catalog.read(exact(catalog).find(entry(9)[1][0], 10)[:1])
    assert best.track_id == "9"
