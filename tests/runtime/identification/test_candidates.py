"""Candidates: the search against a slow one, with and without an index."""

import logging
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import lancedb
import numpy as np
import pytest

from samesong.features.errors import CatalogError
from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.catalog.index_files import INDEX
from samesong.runtime.catalog.interface import IndexState, ReferenceWindows
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.verify import verify
from samesong.runtime.catalog.writer import CatalogWriter
from samesong.runtime.identification.candidates import CandidateSearch
from samesong.runtime.identification.outline_shard import OutlineShard
from samesong.runtime.identification.retriever import Retriever
from samesong.runtime.identification.shards import LocalShards
from samesong.runtime.inference.bundle import ModelBundle, starting_values
from samesong.runtime.matching.alignment_score import alignment_scores
from samesong.runtime.outlines.centroid import centroid
from samesong.runtime.outlines.downsample import coarse_outline, outline
from samesong.runtime.outlines.layout import LANES
from samesong.runtime.representation.deep_sequences import DeepSequences
from samesong.runtime.representation.window import Window
from tests.runtime.conftest import catalog_track

N_TRACKS = 300
FITTED = starting_values()


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
    track = catalog_track(str(number), duration=72.0)
    return track, [window_of(number, steps=30 + number % 3 * 15)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a catalog with an index of all but the last ten of its tracks."""
    location = tmp_path_factory.mktemp("candidates") / "catalog"
    bundle = ModelBundle.load(Path(__file__).parents[2] / "data" / "tiny_bundle")
    with CatalogWriter(location, bundle) as writer:
        for start in range(0, N_TRACKS - 10, 100):
            writer.add([entry(number) for number in range(start, min(start + 100, N_TRACKS - 10))])
        writer.optimize(index_from=100)
        writer.add([entry(number) for number in range(N_TRACKS - 10, N_TRACKS)])
    return location


@pytest.fixture
def location(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "catalog"))


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


def search_of(catalog: ReferenceWindows, pool: ThreadPoolExecutor, **sizes: int) -> CandidateSearch:
    return CandidateSearch(LocalShards([OutlineShard(catalog, FITTED, pool)]), **sizes)


def best_of(catalog: Catalog, query: Window, pool: ThreadPoolExecutor) -> str:
    """Return the track_id of the best candidate."""
    [best] = catalog.read(search_of(catalog, pool).find(query, 1).keys)
    return best.track_id


@pytest.fixture(scope="module")
def references(made: Path) -> dict[int, np.ndarray]:
    """Return the exact coarsest level of each window, by its key."""
    stored = [one for batch in Catalog(made).iter_windows() for one in batch]
    return {one.key: entry(int(one.track_id))[1][0].sequences.levels[-1] for one in stored}


def naive_scores(
    references: dict[int, np.ndarray], query: Window, coarser: Callable[[np.ndarray], np.ndarray]
) -> dict[int, float]:
    """Compare all outlines, one after the other, and what the windows are made of."""
    level = query.sequences.levels[-1]
    means = {key: theirs.mean(axis=0) for key, theirs in references.items()}
    directions = {key: mean / np.linalg.norm(mean) for key, mean in means.items()}
    centre = np.mean(list(directions.values()), axis=0)
    ours = level.mean(axis=0) / np.linalg.norm(level.mean(axis=0)) - centre

    def score(key: int) -> float:
        csm = coarser(level) @ coarser(references[key]).T
        theirs = directions[key] - centre
        cosine = ours @ theirs / np.linalg.norm(ours) / np.linalg.norm(theirs)
        chance = FITTED.alignment.deep_chance
        aligned = alignment_scores(csm[None], FITTED.alignment, chance)[0]
        late = csm.max(axis=0).mean() + csm.max(axis=1).mean()
        return float(aligned + FITTED.outlines.late_interaction * late + cosine)

    return {key: score(key) for key in references}


def best_first(scores: dict[int, float]) -> list[int]:
    return sorted(scores, key=lambda key: -scores[key])


@pytest.mark.parametrize("steps", [60, 10])
def test_a_search_finds_what_a_slow_one_does(
    made: Path,
    references: dict[int, np.ndarray],
    steps: int,
    pool: ThreadPoolExecutor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("samesong.runtime.catalog.window_table._LEVELS_BATCH", 64)
    search = search_of(Catalog(made), pool, aligned=1)
    for number in (0, 5, N_TRACKS - 1):
        query = window_of(number, noise=1.0, steps=steps)
        found = search.find(query, 20).keys
        expected = best_first(naive_scores(references, query, coarse_outline))
        assert len(set(found)) == 20
        # Outlines are kept in eight bits, so that neighbours may change places.
        assert len(set(found) & set(expected[:20])) >= 18


def test_the_best_are_put_in_order_by_their_outlines(
    made: Path, references: dict[int, np.ndarray], pool: ThreadPoolExecutor
) -> None:
    query = window_of(5, noise=1.0)
    found = search_of(Catalog(made), pool).find(query, 30).keys
    scores = naive_scores(references, query, outline)
    expected = best_first(scores)
    assert found[0] == expected[0]
    # Eight bits, as above.
    np.testing.assert_allclose(
        [scores[key] for key in found], [scores[key] for key in expected[:30]], atol=0.1
    )


def test_windows_together_have_the_candidates_of_each_alone(
    made: Path, pool: ThreadPoolExecutor
) -> None:
    search = search_of(Catalog(made), pool, aligned=40)
    queries = [window_of(n, noise=1.0, steps=30 + n % 3 * 15) for n in range(11)]
    together = search.find_all(queries, 20)
    assert [one.keys for one in together] == [search.find(query, 20).keys for query in queries]


def test_of_many_windows_those_of_records_like_the_query_are_aligned(
    made: Path, references: dict[int, np.ndarray], pool: ThreadPoolExecutor
) -> None:
    catalog = Catalog(made)
    search = search_of(catalog, pool, scanned=LANES)
    n_records = sum(len(part.records) for part in catalog.outlines())
    for number in (0, 5, N_TRACKS - 1):
        query = window_of(number, noise=0.5, steps=30 + number % 3 * 15)
        candidates = search.find(query, N_TRACKS)
        found = candidates.keys
        assert len(found) <= n_records // 3 * LANES
        compared = candidates.centroid_cosines
        cosines = {key: compared(centroid(level)) for key, level in references.items()}
        assert best_first(cosines)[0] in found
        [best] = catalog.read(found[:1])
        assert best.track_id == str(number)


def test_all_are_found_when_all_are_asked_for(made: Path, pool: ThreadPoolExecutor) -> None:
    catalog = Catalog(made)
    keys = {one.key for batch in catalog.iter_windows() for one in batch}
    assert len(keys) == N_TRACKS
    search = search_of(catalog, pool)
    assert set(search.find(window_of(7), N_TRACKS + 5).keys) == keys
    assert set(search.keys_of(map(str, range(N_TRACKS)))) == keys
    assert len(search.keys_of(["7", "291"])) == 2
    assert search.keys_of(["nobody's"]) == []


def test_versions_of_tracks_in_the_index_and_of_later_ones_are_found(
    made: Path, pool: ThreadPoolExecutor
) -> None:
    catalog = Catalog(made)
    assert catalog.index == IndexState("ready", N_TRACKS - 10, 10)
    for number in (0, 1, 2, 100, N_TRACKS - 11, N_TRACKS - 10, N_TRACKS - 1):
        query = window_of(number, noise=0.7, steps=30 + number % 3 * 15)
        assert best_of(catalog, query, pool) == str(number)


def test_an_empty_catalog_has_no_candidates(
    tmp_path: Path, bundle: ModelBundle, pool: ThreadPoolExecutor
) -> None:
    with CatalogWriter(tmp_path / "new", bundle) as writer:
        search = search_of(writer, pool)
    assert search.find(window_of(1)).keys == []
    assert search.keys_of(["1"]) == []


def test_removed_tracks_are_no_candidates(
    location: Path, bundle: ModelBundle, pool: ThreadPoolExecutor
) -> None:
    with CatalogWriter(location, bundle) as writer:
        writer.remove(["3", str(N_TRACKS - 1)])
    catalog = Catalog(location)
    assert catalog.index == IndexState("ready", N_TRACKS - 11, 9)
    search = search_of(catalog, pool)
    for number in (3, N_TRACKS - 1):
        stored = catalog.read(search.find(window_of(number), 50).keys)
        assert len(stored) == 50
        assert str(number) not in {one.track_id for one in stored}


def test_optimizing_takes_new_windows_into_the_index(
    location: Path, bundle: ModelBundle, pool: ThreadPoolExecutor
) -> None:
    with CatalogWriter(location, bundle) as writer:
        writer.optimize(index_from=100)
        made = (location / INDEX).stat()
        writer.optimize(index_from=100)
        kept = (location / INDEX).stat()
        # Nothing to do.
        assert (kept.st_ino, kept.st_mtime_ns) == (made.st_ino, made.st_mtime_ns)
    catalog = Catalog(location)
    assert catalog.index == IndexState("ready", N_TRACKS, 0)
    assert best_of(catalog, window_of(N_TRACKS - 1), pool) == str(N_TRACKS - 1)


def test_a_small_catalog_has_no_index(location: Path, bundle: ModelBundle) -> None:
    with CatalogWriter(location, bundle) as writer:
        writer.optimize(index_from=1000)
    assert Catalog(location).index == IndexState("none", 0, N_TRACKS)
    assert not (location / INDEX).exists()


def test_the_index_of_a_catalog_that_was_deleted_is_not_taken_for_the_new_ones(
    location: Path, bundle: ModelBundle
) -> None:
    for table in ("tracks", "windows"):
        shutil.rmtree(location / f"{table}.lance")
    with CatalogWriter(location, bundle) as writer:
        writer.add([entry(1)])
    assert Catalog(location).index == IndexState("none", 0, 1)


@pytest.mark.parametrize("how", ["empty", "of other rows"])
def test_an_index_of_other_rows_is_done_without(
    location: Path, bundle: ModelBundle, tmp_path: Path, pool: ThreadPoolExecutor, how: str
) -> None:
    if how == "empty":
        (location / INDEX).write_bytes(b"")
    else:
        with CatalogWriter(tmp_path / "other", bundle) as writer:
            for start in range(0, N_TRACKS - 10, 100):
                stop = min(start + 100, N_TRACKS - 10)
                writer.add([entry(1000 + number) for number in range(start, stop)])
            writer.optimize(index_from=100)
        shutil.copy(tmp_path / "other" / INDEX, location / INDEX)
    catalog = Catalog(location, bundle)
    assert catalog.index == IndexState("ready", 0, N_TRACKS)
    for number in (0, 17, N_TRACKS - 1):
        query = window_of(number, noise=0.7, steps=30 + number % 3 * 15)
        assert best_of(catalog, query, pool) == str(number)
    with CatalogWriter(location, bundle) as writer:
        writer.optimize(index_from=100)
    assert Catalog(location).index == IndexState("ready", N_TRACKS, 0)


def damage(path: Path, how: str) -> None:
    content = bytearray(path.read_bytes())
    if how == "cut":
        content = content[:-100]
    elif how == "changed":
        content[len(content) // 2] ^= 0xFF
    elif how == "overwritten":
        content[:4096] = bytes(4096)
    path.write_bytes(content)


@pytest.mark.parametrize(
    "case",
    [
        ("cut", "no whole records"),
        ("changed", "is not what was written"),
        ("overwritten", "is not what was written"),
    ],
)
def test_a_damaged_index_is_not_searched_but_made_anew(
    location: Path,
    bundle: ModelBundle,
    case: tuple[str, str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    how, problem = case
    damage(location / INDEX, how)
    catalog = Catalog(location, bundle)
    assert (catalog.index.kind, catalog.index.n_unindexed) == ("broken", N_TRACKS)
    assert problem in catalog.index.problem
    report = verify(catalog)
    assert len(report.problems) == 1
    assert "samesong catalog optimize" in report.problems[0]
    retriever = Retriever(bundle, catalog, threads=1, candidates=5, exhaustive=0)
    with caplog.at_level(logging.WARNING):
        found = retriever.search(entry(4)[1])
    trace = found.trace
    assert (trace.search, trace.index, trace.candidates) == ("candidates", "broken", 5)
    assert "4" in found.tracks
    assert problem in caplog.text
    with CatalogWriter(location, bundle) as writer:
        writer.optimize(index_from=100)
    assert Catalog(location).index == IndexState("ready", N_TRACKS, 0)
    assert not verify(Catalog(location)).problems


def test_a_lost_index_is_done_without(
    location: Path, bundle: ModelBundle, pool: ThreadPoolExecutor
) -> None:
    (location / INDEX).unlink()
    catalog = Catalog(location, bundle)
    assert catalog.index == IndexState("none", 0, N_TRACKS)
    assert best_of(catalog, window_of(17, noise=0.7), pool) == "17"


def test_a_search_tells_what_it_did(
    made: Path,
    bundle: ModelBundle,
    caplog: pytest.LogCaptureFixture,
) -> None:
    catalog = Catalog(made, bundle)
    queries = [window_of(number, noise=0.5) for number in (2, 5, 2)]
    retriever = Retriever(bundle, catalog, threads=1, candidates=8, exhaustive=0, large=10)
    found = retriever.search(queries)
    pairs = found.tracks
    told = found.trace.to_dict()
    assert told["windows"] == N_TRACKS
    assert (told["search"], told["index"], told["unindexed"]) == ("candidates", "ready", 10)
    assert "10 windows are in no index" in caplog.text
    assert told["pairs"] == 3 * len(pairs)
    assert 8 <= told["candidates"] == len(pairs) <= 16
    assert set(told["milliseconds"]) == {"candidates", "read", "shortlist", "score"}
    exhaustive = retriever.search(queries, exhaustive=True)
    every, all_of_it = exhaustive.tracks, exhaustive.trace
    assert (all_of_it.search, all_of_it.pairs) == ("exhaustive", 3 * N_TRACKS)
    for track_id, pair in pairs.items():
        assert pair.evidence == pytest.approx(every[track_id].evidence, abs=1e-5)
    # With the search's own table of windows, and by asking the catalog for them.
    for comparing in (retriever, Retriever(bundle, catalog, threads=1)):
        compared = comparing.compare(queries, comparing.windows_of(list(pairs)))
        assert compared.keys() == pairs.keys()
        for track_id, pair in compared.items():
            assert pair.evidence == pytest.approx(pairs[track_id].evidence, abs=1e-5)


def test_windows_of_no_track_are_not_among_the_finalists(
    location: Path, bundle: ModelBundle
) -> None:
    # What a writer leaves that dies after its track and before its windows.
    lancedb.connect(location).open_table("tracks").delete("track_id = '4'")
    retriever = Retriever(bundle, Catalog(location, bundle), candidates=20, exhaustive=0)
    pairs = retriever.search(entry(4)[1]).tracks
    assert "4" not in pairs
    assert len(pairs) == 19


def test_optimizing_fails_when_the_index_cannot_be_written(
    location: Path, bundle: ModelBundle, monkeypatch: pytest.MonkeyPatch, pool: ThreadPoolExecutor
) -> None:
    def full(*_: object) -> None:
        raise OSError("No space left on device (os error 28)")

    with CatalogWriter(location, bundle) as writer, monkeypatch.context() as context:
        context.setattr("samesong.runtime.catalog.index.write_outlines", full)
        with pytest.raises(CatalogError, match="the disk is full"):
            writer.optimize(index_from=100)
    catalog = Catalog(location, bundle)
    assert catalog.index.n_unindexed > 0
    assert not list(location.glob(f"{INDEX}.*"))
    assert not verify(catalog).problems
    assert best_of(catalog, entry(9)[1][0], pool) == "9"
    with CatalogWriter(location, bundle) as writer:
        writer.optimize(index_from=100)
    assert Catalog(location).index == IndexState("ready", N_TRACKS, 0)
