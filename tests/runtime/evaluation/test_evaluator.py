import numpy as np
import pytest

from samesong.features.audio_samples import AudioSamples
from samesong.features.errors import ManifestError
from samesong.runtime.evaluation.all_pairs import AllPairs
from samesong.runtime.evaluation.evaluator import evaluate_model, measure
from samesong.runtime.evaluation.metrics import NAMES
from samesong.runtime.inference.bundle import starting_values
from samesong.runtime.inference.segmentation import REFERENCE_HOP, cover
from samesong.runtime.matching.pooling import pooled
from samesong.runtime.matching.scorer import Scorer

RATE = 22_050


@pytest.fixture
def manifest(tmp_path):
    """Write a manifest of the given lines and return its path."""

    def write(*lines):
        path = tmp_path / "list.csv"
        path.write_text("\n".join(["path,work_id,kind", *lines]) + "\n", encoding="utf-8")
        return path

    return write


def test_live_finds_studio_and_a_broken_file_is_reported(bundle, manifest, song_file):
    lines = ["broken.wav,9,live"]
    for work in (1, 2, 3):
        song_file(f"{work}.wav", work, seconds=40)
        song_file(f"{work}_live.wav", work, seconds=40, key=work, noise=0.03)
        lines += [f"{work}.wav,{work},studio", f"{work}_live.wav,{work},live"]
    song_file("4.wav", 4, seconds=40)
    lines.append("4.wav,4,studio")
    stages = []
    evaluation = evaluate_model(
        manifest(*lines),
        bundle,
        progress=lambda one: stages.append((one.stage, one.done, one.total)),
    )
    told = evaluation.to_dict()
    assert (told["model"], told["n_tracks"]) == ("tiny", 7)
    assert told["all_vs_all"] | dict.fromkeys(NAMES) == {
        "n_queries": 6,
        "n_left_out": 1,
        "n_references": 6,
        **dict.fromkeys(NAMES),
    }
    assert told["live_to_studio"]["n_queries"] == 3
    assert told["live_to_studio"]["n_references"] == 4
    # Six queries that are all right do not show that every one would be.
    assert told["all_vs_all"]["mAP"] == {
        "value": 1.0,
        "low": pytest.approx(0.61, abs=0.001),
        "high": 1.0,
    }
    assert told["live_to_studio"]["MR1"]["value"] == 1.0
    ((path, error),) = evaluation.failures
    assert path.endswith("broken.wav")
    assert "broken.wav" in error
    assert stages[0] == ("analyse", 0, 8)
    assert ("analyse", 8, 8) in stages
    assert stages[-1] == ("score", 7, 7)


def test_a_list_of_broken_files_only_is_refused(bundle, manifest):
    with pytest.raises(ManifestError, match=r"no recording can be used.*a\.wav"):
        evaluate_model(manifest("a.wav,1,live"), bundle)


def test_a_score_pools_all_pairs_of_windows(bundle, analyser, song):
    recordings = [
        analyser.query(AudioSamples(song(seed, seconds=seconds), RATE), REFERENCE_HOP)
        for seed, seconds in ((1, 190), (2, 30), (1, 140))
    ]
    scorer = Scorer(bundle)
    temperature = bundle.fitted.pooling.temperature
    found = AllPairs(recordings, scorer, bundle.fitted).scores
    for i, query in enumerate(recordings):
        for j, reference in enumerate(recordings):
            pairs = scorer.matrix(cover(query.windows), reference.windows)
            expected = pooled(pairs, np.array([0]), temperature)
            assert found[i, j] == pytest.approx(expected[0], abs=1e-5)


def test_a_recording_is_never_its_own_reference():
    scores = np.eye(3) * 10 + np.array([[0, 1, 2], [1, 0, 2], [2, 1, 0]])
    all_vs_all, live_to_studio = measure(
        scores,
        ["a", "a", "b"],
        ["live", "studio", "studio"],
        starting_values().posterior,
    )
    assert all_vs_all.n_queries == 2
    assert all_vs_all.n_left_out == 1
    assert all_vs_all.n_references == 2
    assert all_vs_all.values["MR1"].value == 2.0
    assert live_to_studio.n_queries == 1
    assert live_to_studio.n_references == 2
