import csv

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("torch")

from samesong.features.errors import FrontEndError, ManifestError, TrainingError
from samesong.training.config import TrainingConfig
from samesong.training.corpora import MixedVersions, _shares, open_corpora

pytestmark = pytest.mark.training

CONFIG = TrainingConfig(preset="tiny", front_end="direct", held_out=0.4)


class Labelled:
    """A corpus whose versions hold its label and the number of their work."""

    chances = None

    def __init__(self, label, count):
        self.label = label
        self.count = count

    def __len__(self):
        return self.count

    def draw_pair(self, work, studio_frames, live_frames, rng):  # noqa: ARG002
        assert 0 <= work < self.count
        return tuple(
            np.full((72, frames), 100 * self.label + work, np.float32)
            for frames in (studio_frames, live_frames)
        )


@given(counts=st.lists(st.integers(0, 5), min_size=1, max_size=4))
def test_mixed_corpora_hold_every_work_of_each_once(counts):
    mixed = MixedVersions([Labelled(label, count) for label, count in enumerate(counts)])
    rng = np.random.default_rng(1)
    pairs = [mixed.draw_pair(work, 3, 2, rng) for work in range(len(mixed))]
    expected = [100 * label + work for label, count in enumerate(counts) for work in range(count)]
    assert [studio[0, 0] for studio, _ in pairs] == expected
    assert [live[0, 0] for _, live in pairs] == expected


@given(
    notes=st.lists(st.integers(0, 50), min_size=1, max_size=3),
    recorded=st.lists(st.integers(0, 50), min_size=1, max_size=3),
    share=st.floats(0, 0.99),
)
def test_kinds_of_corpora_share_a_batch_as_asked_and_corpora_of_a_kind_by_size(
    notes, recorded, share
):
    sources = [Labelled(0, count) for count in notes + recorded]
    kinds = [True] * len(notes) + [False] * len(recorded)
    shares = _shares(sources, kinds, share)
    if not sum(notes) or not sum(recorded):
        assert shares is None
        return
    mixed = MixedVersions(sources, shares)
    assert mixed.chances.sum() == pytest.approx(1)
    assert mixed.chances[: sum(notes)] == pytest.approx((1 - share) / sum(notes))
    assert mixed.chances[sum(notes) :] == pytest.approx(share / sum(recorded))


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
    assert [len(works) for works in source.others] == [1, 1]
    assert other.others == ()
    clean = {works[0][0].clean.tobytes() for works in (source.works, *source.others)}
    assert len(clean) == 3


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
