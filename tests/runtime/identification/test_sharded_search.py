"""A search of any shards of a catalog gives the answer of the whole catalog."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samesong import Catalog, CatalogWriter, ModelBundle
from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.catalog.index_files import INDEX
from samesong.runtime.catalog.shard import CatalogShard
from samesong.runtime.identification.candidates import CandidateSearch
from samesong.runtime.identification.contenders import ContenderStage
from samesong.runtime.identification.retrieval import Retrieval
from samesong.runtime.identification.retriever import Retriever
from samesong.runtime.identification.shards import LocalShards
from samesong.runtime.identification.window_shard import WindowShard
from samesong.runtime.inference.fitted import Fitted
from samesong.runtime.matching.numba_policy import PROCESS
from samesong.runtime.matching.scorer import Scorer
from samesong.runtime.outlines.layout import LANES
from samesong.runtime.representation.deep_sequences import DeepSequences, unit
from samesong.runtime.representation.window import Window
from tests.runtime.conftest import catalog_track

N_TRACKS = 150
VERSIONS = 3  # of each tenth track


def window_of(number: int, start: float = 0.0, noise: float = 0.0) -> Window:
    rng = np.random.default_rng([number, int(start)])
    other = np.random.default_rng([number, int(start), 1])

    def rows(steps: int, dim: int) -> np.ndarray:
        drawn = rng.normal(size=(steps, dim)) + noise * other.normal(size=(steps, dim))
        return unit(drawn.astype(np.float32))

    steps = 20 + number % 3 * 10
    levels = tuple(rows(n, 32) for n in (2 * steps, 2 * steps, steps, steps))
    sequences = DeepSequences(levels, rows(1, 128)[0])
    return Window(start, start + steps, sequences, np.abs(rows(2 * steps, 12)))


def track(number: int, version: int) -> CatalogTrack:
    name = f"{number:03}-{version}"
    return catalog_track(
        name,
        duration=72.0,
        n_windows=2,
        work_id=f"work {number // 2}",
        twin_of="005-0" if number == 15 else None,
    )


@pytest.fixture(scope="module")
def location(tmp_path_factory: pytest.TempPathFactory, bundle: ModelBundle) -> Path:
    """Return a catalog with an index of most of its windows."""
    made = tmp_path_factory.mktemp("sharded") / "catalog"
    entries = [
        (track(number, version), [window_of(number + 1000 * version, at) for at in (0.0, 36.0)])
        for number in range(N_TRACKS)
        for version in range(1 if number % 10 else VERSIONS)
    ]
    with CatalogWriter(made, bundle) as writer:
        writer.add(entries[:-9])
        writer.optimize(index_from=10)
        writer.add(entries[-9:])
    return made


@pytest.fixture(scope="module", autouse=True)
def compiled() -> Iterator[None]:
    """Round each row alike, however many others are beside it; matrix products do not."""
    with PROCESS.fixed(True):
        yield


@pytest.fixture(scope="module")
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as made:
        yield made


@pytest.fixture(scope="module")
def catalog(location: Path, bundle: ModelBundle) -> Catalog:
    return Catalog(location, bundle)


@pytest.fixture(scope="module")
def scorer(bundle: ModelBundle) -> Scorer:
    return Scorer(bundle, threads=1)


def shards_of(
    catalog: Catalog, scorer: Scorer, fitted: Fitted, pool: ThreadPoolExecutor, owners: list[int]
) -> LocalShards:
    """Deal out records of the catalog's outlines, as `owners` has it for one after the other."""
    made = []
    for number in range(max(owners) + 1):
        own = []
        for part in catalog.outlines():
            of = np.resize(owners, len(part.steps))
            own.append(part.only(np.flatnonzero(of == number)))
        made.append(WindowShard(CatalogShard(catalog, own), fitted, pool, scorer))
    return LocalShards(made)


def answer(catalog: Catalog, bundle: ModelBundle, found: Retrieval) -> list[tuple[str, object]]:
    weighed = ContenderStage(catalog, bundle.fitted.posterior)(found)
    assert weighed.contenders
    return [
        (
            one.work_id,
            [(each.track.track_id, each.found.reference_key) for each in one.recordings],
        )
        for one in weighed.contenders
    ]


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(
    owners=st.lists(st.integers(0, 3), min_size=1, max_size=9),
    number=st.integers(0, N_TRACKS - 1),
    n_queries=st.integers(1, 3),
    candidates=st.integers(1, 40),
    exhaustive=st.booleans(),
)
def test_any_shards_give_the_answer_of_the_whole(
    *,
    catalog: Catalog,
    scorer: Scorer,
    bundle: ModelBundle,
    pool: ThreadPoolExecutor,
    owners: list[int],
    number: int,
    n_queries: int,
    candidates: int,
    exhaustive: bool,
) -> None:
    queries = [window_of(number + i, 36.0 * (i % 2), noise=0.5) for i in range(n_queries)]
    sizes = {"threads": 1, "candidates": candidates, "finalists": 5, "exhaustive": 0}
    whole = Retriever(bundle, catalog, **sizes)
    shards = shards_of(catalog, scorer, bundle.fitted, pool, owners)
    sharded = Retriever(bundle, catalog, **sizes, shards=lambda: shards)
    expected = whole.search(queries, exhaustive=exhaustive)
    found = sharded.search(queries, exhaustive=exhaustive)
    assert [one.keys for one in found.candidates] == [one.keys for one in expected.candidates]
    assert found.finalists == expected.finalists
    assert found.tracks.keys() == expected.tracks.keys()
    for track_id, one in found.tracks.items():
        assert one.evidence == pytest.approx(expected.tracks[track_id].evidence, abs=1e-5)
        assert one.query is expected.tracks[track_id].query
    assert answer(catalog, bundle, found) == answer(catalog, bundle, expected)
    keys = [one.reference_key for one in found.tracks.values()]
    assert sharded.read(keys).keys() == set(keys)
    some = list(found.tracks)[:3]
    assert {one.key for one in sharded.windows_of(some)} == {
        one.key for one in whole.windows_of(some)
    }


@settings(deadline=None, max_examples=25)
@given(
    owners=st.lists(st.integers(0, 3), min_size=1, max_size=9),
    number=st.integers(0, N_TRACKS - 1),
    sizes=st.tuples(st.integers(1, 3), st.integers(1, 30), st.integers(1, 6)),
)
def test_where_few_records_are_looked_at_they_are_the_same(
    *,
    catalog: Catalog,
    scorer: Scorer,
    bundle: ModelBundle,
    pool: ThreadPoolExecutor,
    owners: list[int],
    number: int,
    sizes: tuple[int, int, int],
) -> None:
    records, aligned, share = sizes
    few = {"scanned": records * LANES, "aligned": aligned, "share": share}
    query = window_of(number, noise=0.8)
    whole, sharded = (
        CandidateSearch(shards_of(catalog, scorer, bundle.fitted, pool, some), **few)
        for some in ([0], owners)
    )
    assert sharded.find(query, 20).keys == whole.find(query, 20).keys


@pytest.mark.parametrize("count", [2, 3, 7])
def test_the_shards_of_a_catalog_hold_each_window_once(
    location: Path, bundle: ModelBundle, count: int
) -> None:
    catalog = Catalog(location, bundle)
    shards = [CatalogShard.of(catalog, number, count) for number in range(count)]
    every = {one.key for batch in catalog.iter_windows() for one in batch}
    own = [{one.key for batch in shard.iter_windows() for one in batch} for shard in shards]
    assert sum(map(len, own)) == len(every) == sum(shard.n_windows for shard in shards)
    assert set.union(*own) == every
    for shard, keys in zip(shards, own, strict=True):
        assert {one.key for one in shard.read(list(every))} == keys


def test_a_layout_is_that_of_a_version_and_its_index(
    location: Path, bundle: ModelBundle, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(location, tmp_path / "catalog"))
    before = Catalog(copy, bundle)
    assert Catalog(copy, bundle).layout == before.layout
    for number in range(2):  # twins are hidden in memory alone
        CatalogShard.of(before, number, 2)
    assert before.layout == Catalog(copy, bundle).layout
    (copy / INDEX).unlink()
    without = Catalog(copy, bundle)
    assert without.revision == before.revision
    assert without.layout != before.layout
    with CatalogWriter(copy, bundle) as writer:
        writer.remove(["003-0"])
    assert Catalog(copy, bundle).revision != before.revision
