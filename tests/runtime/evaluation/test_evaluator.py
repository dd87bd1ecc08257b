import numpy as np
import pytest

from samesong.features.errors import ManifestError
from samesong.runtime.evaluation.evaluator import (
    evaluate_model,
    measure,
    read_entries,
    score_matrix,
)
from samesong.runtime.evaluation.metrics import NAMES
from samesong.runtime.inference.bundle import starting_values
from samesong.runtime.inference.segmentation import cover
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


def test_paths_are_relative_to_the_csv(manifest, tmp_path):
    entries = read_entries(manifest("a.wav,1,studio", "sub/ü.flac,1,live", "/x/c.mp3,2,cover"))
    paths = [str(entry.path) for entry in entries]
    assert paths == [str(tmp_path / "a.wav"), str(tmp_path / "sub/ü.flac"), "/x/c.mp3"]
    assert [(entry.work_id, entry.kind) for entry in entries] == [
        ("1", "studio"),
        ("1", "live"),
        ("2", "cover"),
    ]


def test_a_byte_order_mark_and_further_columns_do_no_harm(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("title,kind,path,work_id\nx,live,a.wav,7\n", encoding="utf-8-sig")
    (entry,) = read_entries(path)
    assert (entry.path.name, entry.work_id, entry.kind) == ("a.wav", "7", "live")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("b.wav,2,concert", "line 3: kind is 'concert', but must be one of studio, live, cover"),
        ("b.wav,,live", "line 3: work_id is empty"),
        (",2,live", "line 3: path is empty"),
        ("b.wav,2", "line 3: kind is empty"),
        ("a.wav,2,live", "line 3: 'a.wav' is listed twice"),
    ],
)
def test_a_bad_row_is_named_by_line_and_value(manifest, line, message):
    with pytest.raises(ManifestError, match=message):
        read_entries(manifest("a.wav,1,studio", line))


def test_a_missing_column_is_named(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("path,kind\na.wav,live\n")
    with pytest.raises(ManifestError, match="lacks the columns work_id"):
        read_entries(path)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"path,work_id,kind\n"])
def test_a_file_that_lists_nothing_is_refused(tmp_path, content):
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    with pytest.raises(ManifestError, match=r"list\.csv"):
        read_entries(path)


def test_a_missing_csv_is_refused(tmp_path):
    with pytest.raises(ManifestError, match=r"none\.csv cannot be read"):
        read_entries(tmp_path / "none.csv")


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
        manifest(*lines), bundle, progress=lambda *stage: stages.append(stage)
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
    assert told["all_vs_all"]["mAP"] == {"value": 1.0, "low": 1.0, "high": 1.0}
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
    transform = bundle.front_end.transform
    recordings = [
        analyser.spectrogram(transform(song(seed, seconds=seconds), RATE))
        for seed, seconds in ((1, 190), (2, 30), (1, 140))
    ]
    scorer = Scorer(bundle)
    found = score_matrix(recordings, scorer, 2.5)
    for i, query in enumerate(recordings):
        for j, reference in enumerate(recordings):
            pairs = scorer.matrix(cover(query), reference)
            assert found[i, j] == pytest.approx(pooled(pairs, np.array([0]), 2.5)[0], abs=1e-5)


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
