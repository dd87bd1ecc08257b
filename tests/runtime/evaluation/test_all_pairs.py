"""Recordings of a list are scored as they are identified in a catalog of the others."""

import numpy as np
import pytest

from samesong import Analyser, AudioSamples, Catalog, CatalogWriter
from samesong.runtime.evaluation.all_pairs import AllPairs
from samesong.runtime.evaluation.evaluator import evaluate_model
from samesong.runtime.identification.retriever import Retriever
from samesong.runtime.inference.segmentation import REFERENCE_HOP
from samesong.runtime.matching.scorer import Scorer
from tests.runtime.conftest import catalog_track, with_tempo

RATE = 22_050
SONGS = ((1, 1.25), (1, 1.0), (2, 1.0), (3, 0.8))
WORKS = ["one", "one", "two", "three"]


@pytest.fixture(scope="module")
def at_tempos(bundle):
    return with_tempo(bundle, works=2)


@pytest.fixture(scope="module")
def recordings(at_tempos, song):
    analyser = Analyser(at_tempos)
    return [
        analyser.query(AudioSamples(song(seed, seconds=70.0, tempo=tempo), RATE), REFERENCE_HOP)
        for seed, tempo in SONGS
    ]


def test_without_other_tempos_the_scores_are_all_there_is(bundle, recordings):
    pairs = AllPairs(recordings, Scorer(bundle, threads=1), bundle.fitted)
    np.testing.assert_array_equal(
        pairs.among([2, 0], [1, 3], WORKS), pairs.scores[[2, 0]][:, [1, 3]]
    )


def test_a_query_is_scored_as_in_a_catalog_of_the_others(at_tempos, recordings, tmp_path):
    with CatalogWriter(tmp_path, at_tempos) as writer:
        for number in (1, 2, 3):
            windows = recordings[number].windows
            track = catalog_track(
                str(number), duration=70.0, n_windows=len(windows), work_id=WORKS[number]
            )
            writer.add([(track, windows)])
    query = recordings[0]
    retriever = Retriever(at_tempos, Catalog(tmp_path, at_tempos), threads=1)
    found = retriever.search(query.windows, at_tempo=query.at_tempo).tracks
    pairs = AllPairs(recordings, Scorer(at_tempos, threads=1), at_tempos.fitted)
    [row] = pairs.among([0], [1, 2, 3], WORKS)
    expected = [found[str(number)].evidence for number in (1, 2, 3)]
    assert row == pytest.approx(expected, abs=0.2)  # stored windows are coded
    assert row[0] > pairs.scores[0, 1] + 0.5


def test_an_evaluation_is_of_what_users_get(at_tempos, bundle, song_file, tmp_path):
    lines = ["path,work_id,kind"]
    for number, (seed, tempo) in enumerate(SONGS):
        song_file(f"{number}.wav", seed, seconds=70.0, tempo=tempo)
        lines.append(f"{number}.wav,{WORKS[number]},{'studio' if number else 'live'}")
    path = tmp_path / "list.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    stages = []
    before, after = (
        evaluate_model(path, model, threads=1, progress=lambda one: stages.append(one.stage))
        for model in (bundle, at_tempos)
    )
    assert "tempo" in stages
    for old, new in zip(before.trials, after.trials, strict=True):
        assert new.scores[0, -3] > old.scores[0, -3] + 0.5  # the first with the second
