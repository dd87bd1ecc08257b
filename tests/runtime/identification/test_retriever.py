"""Search as a pipeline: what its stages hand on, and how one of them is replaced."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from samesong.runtime.catalog.interface import StoredWindow
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.writer import CatalogWriter
from samesong.runtime.identification.retrieval import Retrieval
from samesong.runtime.identification.retriever import Retriever
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.representation.deep_sequences import DeepSequences
from samesong.runtime.representation.window import Window
from tests.runtime.conftest import catalog_track, refitted

N_TRACKS = 12


class CountingCatalog(Catalog):
    """A catalog that counts how often each window is read whole."""

    def __init__(self, location: Path, bundle: ModelBundle) -> None:
        super().__init__(location, bundle)
        self.times: Counter[int] = Counter()

    def read(self, keys: Sequence[int]) -> list[StoredWindow]:
        self.times.update(keys)
        return super().read(keys)


def unit_rows(generator: np.random.Generator, steps: int, dim: int) -> np.ndarray:
    rows = generator.standard_normal((steps, dim)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def window_of(number: int, start: float = 0.0) -> Window:
    generator = np.random.default_rng([number, int(start)])
    levels = tuple(unit_rows(generator, steps, 32) for steps in (60, 60, 30, 30))
    embedding = unit_rows(generator, 1, 128)[0]
    chroma = unit_rows(generator, 60, 12)
    return Window(start, start + 36.0, DeepSequences(levels, embedding), chroma)


@pytest.fixture(scope="module")
def location(bundle: ModelBundle, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a catalog of tracks of two windows each."""
    made = tmp_path_factory.mktemp("retriever") / "catalog"
    with CatalogWriter(made, bundle) as writer:
        writer.add(
            [
                (
                    catalog_track(str(number), duration=72.0, n_windows=2),
                    [window_of(number), window_of(number, 36.0)],
                )
                for number in range(N_TRACKS)
            ]
        )
    return made


def test_no_window_is_read_twice_for_a_query(location: Path, bundle: ModelBundle) -> None:
    catalog = CountingCatalog(location, bundle)
    retriever = Retriever(bundle, catalog, threads=1, candidates=3, finalists=2, exhaustive=0)
    found = retriever.search([window_of(4), window_of(4, 36.0)])
    assert set(catalog.times.values()) == {1}
    assert max(found.tracks, key=lambda one: found.tracks[one].evidence) == "4"
    keys = [track.reference_key for track in found.tracks.values()]
    assert list(retriever.read(keys)) == keys
    assert set(catalog.times.values()) == {1}


def test_the_stages_hand_on_what_they_found(location: Path, bundle: ModelBundle) -> None:
    catalog = Catalog(location, bundle)
    queries = [window_of(4), window_of(7)]
    retriever = Retriever(bundle, catalog, threads=1, candidates=3, finalists=2, exhaustive=0)
    found = retriever.search(queries)
    assert [one.query for one in found.candidates] == queries
    assert [len(one.keys) for one in found.candidates] == [3, 3]
    assert set(found.finalists or ()) == set(found.tracks) == {"4", "7"}
    every = retriever.search(queries, exhaustive=True)
    assert len(every.tracks) == N_TRACKS
    for track_id, track in found.tracks.items():
        assert track.evidence == pytest.approx(every.tracks[track_id].evidence, abs=1e-5)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_model_says_how_many_are_scored(
    location: Path, bundle: ModelBundle, count: int
) -> None:
    shortlist = bundle.fitted.shortlist.model_copy(update={"finalists": count})
    model = refitted(bundle, shortlist=shortlist)
    retriever = Retriever(model, Catalog(location, bundle), threads=1, candidates=8, exhaustive=0)
    assert len(retriever.search([window_of(4)]).tracks) == count


def test_the_choice_of_finalists_can_be_replaced(location: Path, bundle: ModelBundle) -> None:
    def choose(found: Retrieval, /) -> Retrieval:
        return replace(found, finalists=["1", "4", "nobody's"])

    catalog = Catalog(location, bundle)
    retriever = Retriever(bundle, catalog, threads=1, candidates=1, exhaustive=0, choose=[choose])
    found = retriever.search([window_of(4)])
    assert set(found.tracks) == {"1", "4"}
    assert found.tracks["4"].evidence > found.tracks["1"].evidence
    compared = retriever.compare([window_of(4)], retriever.windows_of(["1", "4"]))
    for track_id, track in compared.items():
        assert track.evidence == pytest.approx(found.tracks[track_id].evidence)


def test_twins_are_passed_over_by_every_search(bundle: ModelBundle, tmp_path: Path) -> None:
    with CatalogWriter(tmp_path / "catalog", bundle) as writer:
        writer.add(
            [
                (
                    catalog_track(
                        f"{number}{copy}", duration=36.0, twin_of=f"{number}" if copy else None
                    ),
                    [window_of(number)],
                )
                for number in range(4)
                for copy in ("", "-again", "-once-more")
            ]
        )
    catalog = Catalog(tmp_path / "catalog", bundle)
    for exhaustive in (True, False):
        retriever = Retriever(bundle, catalog, threads=1, candidates=3, finalists=3, exhaustive=0)
        found = retriever.search([window_of(2)], exhaustive=exhaustive)
        assert set(found.tracks) <= set("0123")
        assert len(found.tracks) == (4 if exhaustive else 3)
        assert max(found.tracks, key=lambda one: found.tracks[one].evidence) == "2"
    assert len(catalog.windows("2-again")) == 1
    assert len(catalog) == 12
