"""The best works are scored again at the tempo of their alignment, and nothing else changes."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samesong import Analyser, AudioSamples, Catalog, CatalogWriter, Identifier, ModelBundle
from samesong.runtime.catalog.shard import CatalogShard
from samesong.runtime.identification.retriever import Retriever
from samesong.runtime.identification.shards import LocalShards
from samesong.runtime.identification.tempo_evidence import coarse_tempo_ratio
from samesong.runtime.identification.window_shard import WindowShard
from samesong.runtime.inference.query import Query
from samesong.runtime.matching.numba_policy import PROCESS
from samesong.runtime.matching.scorer import Scorer
from tests.runtime.conftest import catalog_track, refitted, with_tempo

RATE = 22_050
TEMPOS = {"same": 1.0, "fast": 1.25, "slow": 0.8}
N_SONGS = 5


@pytest.fixture(scope="module")
def plain(bundle: ModelBundle) -> ModelBundle:
    return refitted(bundle, tempo=None)


@pytest.fixture(scope="module")
def location(bundle, analyser, song, tmp_path_factory) -> Path:
    """Return a catalog of songs of 130 s, two windows each."""
    made = tmp_path_factory.mktemp("tempo") / "catalog"
    with CatalogWriter(made, bundle) as writer:
        for number in range(N_SONGS):
            samples = AudioSamples(song(number, seconds=130.0), RATE)
            track = catalog_track(str(number), duration=130.0, n_windows=2)
            writer.add([(track, analyser.recording(samples))])
    return made


@pytest.fixture(scope="module")
def queries(plain: ModelBundle, song) -> dict[str, Query]:
    """Return song 1 at several tempos, with noise."""
    analyser = Analyser(with_tempo(plain))
    return {
        name: analyser.query(AudioSamples(song(1, seconds=90.0, tempo=tempo, noise=0.03), RATE))
        for name, tempo in TEMPOS.items()
    }


def search(bundle: ModelBundle, location: Path, query: Query, **given):
    retriever = Retriever(bundle, Catalog(location, bundle), threads=1, **given)
    return retriever.search(query.windows, at_tempo=query.at_tempo)


@pytest.mark.parametrize(("name", "tempo"), TEMPOS.items())
def test_the_tempo_is_seen_in_the_coarsest_levels_alone(name, tempo, location, plain, queries):
    [window] = queries[name].windows
    reference = Catalog(location, plain).windows("1")[0].window
    assert coarse_tempo_ratio(window, reference) == pytest.approx(tempo, rel=0.04)


@pytest.mark.parametrize("name", ["fast", "slow"])
@pytest.mark.parametrize("exhaustive", [0, 1000])
def test_a_query_at_another_tempo_has_more_evidence(name, exhaustive, location, plain, queries):
    given = {"exhaustive": exhaustive, "candidates": 6, "finalists": 4}
    before = search(plain, location, queries[name], **given)
    after = search(with_tempo(plain), location, queries[name], **given)
    assert after.tracks.keys() == before.tracks.keys()
    assert after.tracks["1"].evidence > before.tracks["1"].evidence + 0.5
    assert after.tracks["1"].query is before.tracks["1"].query
    assert after.tracks["1"].reference_key == before.tracks["1"].reference_key


def test_each_pair_has_the_mean_of_both_figures(location, plain, queries):
    query = queries["fast"]
    before = search(plain, location, query).tracks["1"]
    after = search(with_tempo(plain), location, query).tracks["1"]
    windows = {one.key: one.window for one in Catalog(location, plain).windows("1")}
    steps = round(
        np.log(coarse_tempo_ratio(before.query, windows[before.reference_key])) / np.log(1.15)
    )
    again = query.at_tempo(before.query, 1.15**steps)
    figures = Scorer(plain, threads=1)(again, [windows[key] for key in before.keys])
    np.testing.assert_allclose(after.pairs[0], (before.pairs[0] + figures) / 2, atol=1e-3)
    assert after.best == after.pairs.max()


def test_only_the_best_works_are_scored_again(location, plain, queries):
    before = search(plain, location, queries["fast"]).tracks
    after = search(with_tempo(plain, works=2), location, queries["fast"]).tracks
    best = sorted(before, key=lambda name: -before[name].evidence)[:2]
    moved = {name for name in after if after[name].evidence != before[name].evidence}
    assert moved
    assert moved <= set(best)


def test_the_trace_counts_what_is_scored_again(location, plain, queries):
    before = search(plain, location, queries["fast"])
    after = search(with_tempo(plain, works=1), location, queries["fast"])
    assert after.trace.pairs == before.trace.pairs + 2  # the windows of one track


def test_a_work_at_the_tempo_of_the_query_is_left_as_it_was(location, plain, queries):
    before = search(plain, location, queries["same"])
    after = search(with_tempo(plain), location, queries["same"])
    assert after.tracks["1"].evidence == before.tracks["1"].evidence


def test_without_other_tempos_nothing_is_scored_again(location, plain, queries):
    bundle = with_tempo(plain)
    retriever = Retriever(bundle, Catalog(location, bundle), threads=1)
    assert "tempo" not in retriever.search(queries["fast"].windows).trace.milliseconds


def test_tracks_that_were_found_have_the_same_evidence_when_compared(location, plain, queries):
    bundle, query = with_tempo(plain), queries["fast"]
    retriever = Retriever(bundle, Catalog(location, bundle), threads=1)
    found = retriever.search(query.windows, at_tempo=query.at_tempo).tracks
    stored = retriever.windows_of(list(found))
    compared = retriever.compare(query.windows, stored, query.at_tempo)
    for track_id, one in found.items():
        assert compared[track_id].evidence == pytest.approx(one.evidence, abs=1e-4)
    at_its_own = retriever.compare(query.windows, stored)
    assert at_its_own["1"].evidence < compared["1"].evidence - 0.5


@settings(deadline=None, max_examples=8)
@given(owners=st.lists(st.integers(0, 2), min_size=1, max_size=5))
def test_the_answer_is_the_same_whatever_the_shards(location, plain, queries, owners):
    bundle = with_tempo(plain)
    with PROCESS.fixed(True), ThreadPoolExecutor(1) as pool:
        catalog, scorer = Catalog(location, bundle), Scorer(bundle, threads=1)
        shards = LocalShards(
            [
                WindowShard(
                    CatalogShard(
                        catalog,
                        [
                            part.only(np.flatnonzero(np.resize(owners, len(part.steps)) == number))
                            for part in catalog.outlines()
                        ],
                    ),
                    bundle.fitted,
                    pool,
                    scorer,
                )
                for number in range(3)
            ]
        )
        whole = search(bundle, location, queries["slow"])
        sharded = search(bundle, location, queries["slow"], shards=lambda: shards)
    for track_id, one in whole.tracks.items():
        assert sharded.tracks[track_id].evidence == pytest.approx(one.evidence, abs=1e-5)


def test_identify_scores_again_and_says_how_long_it_took(location, plain, song):
    sound = AudioSamples(song(1, seconds=90.0, tempo=1.25, noise=0.03), RATE)
    rankings = [
        Identifier(bundle, Catalog(location, bundle), threads=1).identify(sound)
        for bundle in (plain, with_tempo(plain))
    ]
    without, with_stage = (ranking.trace.milliseconds for ranking in rankings)
    assert "tempo" not in without
    assert list(with_stage) == ["analyse", "score", "tempo", "align"]
    before, after = (
        next(match for match in ranking.matches if match.track.track_id == "1")
        for ranking in rankings
    )
    assert after.probability > before.probability
    assert after.query_span == before.query_span  # in the query as it is
    assert after.tempo_ratio == before.tempo_ratio == pytest.approx(1.25, rel=0.04)
