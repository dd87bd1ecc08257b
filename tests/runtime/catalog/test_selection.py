"""Some tracks of a catalog answer as a catalog that holds nothing else."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from samesong import Analyser, Catalog, CatalogWriter, Identifier, Indexer, ModelBundle
from samesong.features.errors import CatalogError
from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.catalog.selection import Selection
from samesong.runtime.identification.retriever import Retriever
from samesong.runtime.representation.window import Window

RATE = 22_050
N_SONGS = 6

Entry = tuple[CatalogTrack, list[Window]]


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory, song: Any) -> Path:
    """Song 2, two semitones higher, with noise."""
    path = tmp_path_factory.mktemp("live") / "live.wav"
    soundfile.write(path, song(2, seconds=40, key=2, noise=0.02), RATE)
    return path


@pytest.fixture(scope="module")
def entries(
    tmp_path_factory: pytest.TempPathFactory, song: Any, bundle: ModelBundle
) -> list[Entry]:
    """Tracks of songs 0 to 5 with their windows; 1 and 4 are of one work."""
    folder = tmp_path_factory.mktemp("music")
    for seed in range(N_SONGS):
        soundfile.write(folder / f"{seed}.wav", song(seed, seconds=30 + 50 * (seed % 3)), RATE)
    with CatalogWriter(folder / "catalog", bundle) as writer:
        Indexer(writer, Analyser(bundle), workers=1).index(sorted(folder.glob("*.wav")))
        return [
            (
                replace(track, work_by_hand="a work" if number in {1, 4} else None),
                [one.window for one in writer.windows(track.track_id)],
            )
            for number, track in enumerate(writer.tracks())
        ]


def filled(location: Path, bundle: ModelBundle, entries: list[Entry]) -> Catalog:
    with CatalogWriter(location, bundle) as writer:
        writer.add(entries)
    return Catalog(location, bundle)


@pytest.fixture(scope="module")
def whole(
    tmp_path_factory: pytest.TempPathFactory, bundle: ModelBundle, entries: list[Entry]
) -> Catalog:
    return filled(tmp_path_factory.mktemp("whole") / "catalog", bundle, entries)


@pytest.fixture(params=[[2], [1, 4], [0, 3, 5], [1, 2, 3, 4], list(range(N_SONGS))], ids=str)
def alone(
    request: pytest.FixtureRequest, bundle: ModelBundle, entries: list[Entry], tmp_path: Path
) -> Catalog:
    """Return a catalog that holds some of the tracks and nothing else."""
    return filled(tmp_path / "catalog", bundle, [entries[number] for number in request.param])


def test_identifies_as_a_catalog_of_these_tracks_alone(
    alone: Catalog, whole: Catalog, bundle: ModelBundle, live: Path
) -> None:
    selection = Selection(whole, [track.track_id for track in alone.tracks()])
    assert selection.tracks() == alone.tracks()
    assert selection.n_works == alone.n_works
    assert selection.n_windows == alone.n_windows
    expected, got = (Identifier(bundle, catalog).identify(live) for catalog in (alone, selection))
    assert [(m.work_id, m.track, m.versions) for m in got.matches] == [
        (m.work_id, m.track, m.versions) for m in expected.matches
    ]
    assert [m.probability for m in got.matches] == pytest.approx(
        [m.probability for m in expected.matches]
    )
    assert got.none == pytest.approx(expected.none)
    assert got.verdict == expected.verdict


def test_candidate_search_finds_what_it_finds_in_a_catalog_of_these_tracks_alone(
    alone: Catalog, whole: Catalog, bundle: ModelBundle, analyser: Analyser, live: Path
) -> None:
    selection = Selection(whole, [track.track_id for track in alone.tracks()])
    queries = analyser.recording(live)
    found = [
        Retriever(bundle, catalog, exhaustive=0, candidates=3, finalists=2).search(queries)
        for catalog in (alone, selection)
    ]
    assert [one.trace.search for one in found] == [found[0].trace.search] * 2
    first, second = (
        {name: evidence.evidence for name, evidence in one.tracks.items()} for one in found
    )
    assert second == pytest.approx(first)


def test_a_set_of_no_tracks_has_no_outlines(whole: Catalog) -> None:
    nothing = Selection(whole, ["unknown"])
    assert (len(nothing), nothing.n_windows, nothing.n_works) == (0, 0, 0)
    assert nothing.outlines() == []
    assert list(nothing.iter_windows()) == []
    assert nothing.windows_of(["unknown"]) == []


def test_other_tracks_are_not_there(whole: Catalog, entries: list[Entry]) -> None:
    first, second = (track.track_id for track, _ in entries[:2])
    selection = Selection(whole, [first])
    assert first in selection
    assert second not in selection
    assert selection.track(first).track_id == first
    with pytest.raises(CatalogError, match="among the 1 that were chosen"):
        selection.track(second)
    with pytest.raises(CatalogError, match="among the 1 that were chosen"):
        selection.windows(second)
    assert selection.windows_of([second]) == []
    starts = [one.window.start for one in selection.windows(first)]
    assert starts == sorted(starts)


def test_works_have_their_chosen_recordings(whole: Catalog, entries: list[Entry]) -> None:
    both = [entries[number][0].track_id for number in (1, 4)]
    work = whole.track(both[0]).work
    found = Selection(whole, both).find_recordings([work, "another"])
    assert [track.track_id for track in found[work]] == both
    assert found["another"] == []
    [one] = Selection(whole, both[:1]).find_recordings([work])[work]
    assert one.track_id == both[0]


def test_a_twin_is_passed_over_where_its_track_is_chosen(
    bundle: ModelBundle, entries: list[Entry], tmp_path: Path
) -> None:
    (track, windows), (other, more), *_ = entries
    twin = replace(other, twin_of=track.track_id)
    catalog = filled(tmp_path / "catalog", bundle, [(track, windows), (twin, more)])
    both = Selection(catalog, [track.track_id, twin.track_id])
    assert len(both) == 2
    assert {one.track_id for batch in both.iter_windows() for one in batch} == {track.track_id}
    assert both.n_windows == len(windows)
    assert Selection(catalog, [twin.track_id]).n_windows == len(more)


def test_outlines_hold_each_chosen_window_once(whole: Catalog, entries: list[Entry]) -> None:
    ids = [track.track_id for track, _ in entries[::2]]
    selection = Selection(whole, ids)
    [outlines] = selection.outlines()
    keys = np.sort(outlines.keys[outlines.keys >= 0])
    assert keys.tolist() == sorted(one.key for batch in selection.iter_windows() for one in batch)
    assert len(keys) == selection.n_windows
