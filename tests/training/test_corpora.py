import csv

import numpy as np
import pytest
import soundfile

pytest.importorskip("torch")

from samesong.features.errors import FrontEndError, ManifestError, TrainingError
from samesong.training.config import TrainingConfig
from samesong.training.corpora import open_corpora

pytestmark = pytest.mark.training

CONFIG = TrainingConfig(preset="tiny", front_end="direct", held_out=0.4)


@pytest.fixture(scope="module")
def midi(tmp_path_factory, write_tune):
    folder = tmp_path_factory.mktemp("midi")
    for seed in range(12):
        write_tune(folder / f"{seed}.mid", seed)
    write_tune(folder / "3 in another key.mid", 3, key=4)
    return folder


@pytest.fixture(scope="module")
def recordings(tmp_path_factory):
    """A list of two short recordings of two works, and of one that is missing."""
    folder = tmp_path_factory.mktemp("recordings")
    rng = np.random.default_rng(1)
    with (folder / "list.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["path", "work_id", "kind"])
        for number in range(2):
            soundfile.write(folder / f"{number}.wav", rng.uniform(-0.3, 0.3, 22_050 * 18), 22_050)
            rows.writerow([f"{number}.wav", f"work {number}", "studio"])
        rows.writerow(["gone.wav", "work 2", "studio"])
    return folder / "list.csv"


def work_ids(mixed):
    return [work.work_id for source in mixed.sources for work in source.works]


def test_works_are_split_and_none_is_on_both_sides(midi, tmp_path):
    said = []
    training, held_out, contents = open_corpora([midi], CONFIG, tmp_path, said.append)
    assert len(training) + len(held_out) == 12
    assert not set(work_ids(training)) & set(work_ids(held_out))
    assert len(held_out) >= 2
    assert contents == {"works in notes": len(training)}
    assert said == ["13 MIDI files, 0 skipped (unreadable or too short), 12 works"]


def test_the_split_is_the_same_again(midi, tmp_path):
    first, again = (open_corpora([midi], CONFIG, tmp_path, lambda _: None) for _ in range(2))
    assert [work_ids(side) for side in first[:2]] == [work_ids(side) for side in again[:2]]


def test_notes_and_recordings_are_mixed(midi, recordings, tmp_path):
    said = []
    training, held_out, contents = open_corpora([midi, recordings], CONFIG, tmp_path, said.append)
    assert len(training) + len(held_out) == 12 + 2
    # By the hashes of their names, "work 1" is held out and "work 0" is not.
    assert contents == {"works in notes": len(training) - 1, "works in recordings": 1}
    rng = np.random.default_rng(1)
    for side in (training, held_out):
        for work in range(len(side)):
            studio, live = side.draw_pair(work, 20, 10, rng)
            assert (studio.shape, live.shape) == ((72, 20), (72, 10))
    assert [line for line in said if line.startswith("skipped")] == [said[1]]
    assert "gone.wav" in said[1]
    assert len(list((tmp_path / "features").glob("*.clean.npz"))) == 2


def test_recordings_are_heard_through_other_front_ends_as_well(recordings, tmp_path):
    config = CONFIG.model_copy(update={"other_front_ends": 0.5})
    training, held_out, contents = open_corpora([recordings], config, tmp_path, lambda _: None)
    assert contents == {"works in recordings": 1}
    (source,), (other,) = training.sources, held_out.sources
    assert [len(works) for works in source.others] == [1, 1, 1]
    assert other.others == ()
    clean = {works[0][0].clean.tobytes() for works in (source.works, *source.others)}
    assert len(clean) == 4


def test_a_folder_of_recordings_is_a_corpus(tmp_path):
    music = tmp_path / "music"
    music.mkdir()
    noise = np.random.default_rng(1).uniform(-0.3, 0.3, 8000 * 52)
    soundfile.write(music / "song.flac", noise, 8000)
    training, held_out, _ = open_corpora([music], CONFIG, tmp_path, lambda _: None)
    assert len(training) + len(held_out) == 1


def test_what_holds_nothing_usable_is_refused(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(TrainingError, match="no usable MIDI file"):
        open_corpora([tmp_path / "empty"], CONFIG, tmp_path, lambda _: None)
    (tmp_path / "bad.csv").write_text("path,work\n")
    with pytest.raises(ManifestError, match="work_id"):
        open_corpora([tmp_path / "bad.csv"], CONFIG, tmp_path, lambda _: None)


def test_an_unknown_front_end_is_refused(midi, tmp_path):
    config = CONFIG.model_copy(update={"front_end": "chroma"})
    with pytest.raises(FrontEndError, match="chroma"):
        open_corpora([midi], config, tmp_path, lambda _: None)
