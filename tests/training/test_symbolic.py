import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("torch")

import symusic

from samesong.features.errors import TrainingError
from samesong.training.symbolic import Notes, concatenate, read_midi

pytestmark = pytest.mark.training

COLUMNS = tuple(Notes.__dataclass_fields__)


def write(path, *tracks):
    """Write tracks of (program, is_drum, [(beat, beats, pitch, velocity), ...]) at 120 a minute."""
    score = symusic.Score(480)
    score.tempos.append(symusic.Tempo(0, 120.0))
    for program, is_drum, notes in tracks:
        track = symusic.Track("", program, is_drum)
        for beat, beats, pitch, velocity in notes:
            track.notes.append(symusic.Note(int(480 * beat), int(480 * beats), pitch, velocity))
        score.tracks.append(track)
    score.dump_midi(str(path))
    return path


def melody(n_notes, first=0.0):
    return [(first + number, 0.5, 60 + number % 12, 127) for number in range(n_notes)]


def test_what_was_written_is_read_sorted_from_the_first_note_on(tmp_path):
    bass = [(1.5, 2, 36, 64)]
    drums = [(1, 0.25, 38, 100), (2, 0.25, 36, 1)]
    path = write(
        tmp_path / "a.mid", (0, False, melody(40, first=1)), (33, False, bass), (0, True, drums)
    )
    notes = read_midi(path)
    assert len(notes) == 43
    # Half a second a beat; the first note began at beat 1 and stands at 0 now.
    expected = [((beat - 1) / 2, 0.25, pitch, 1.0, 0, 0, 0) for beat, _, pitch, _ in melody(40, 1)]
    expected += [(0.25, 1.0, 36, 64 / 127, 1, 0, 1)]
    expected += [(0.0, 0.125, 38, 100 / 127, 2, 1, 0), (0.5, 0.125, 36, 0.05, 2, 1, 0)]
    found = list(zip(*(getattr(notes, name).tolist() for name in COLUMNS), strict=True))
    np.testing.assert_allclose(sorted(found), sorted(expected), atol=1e-6)
    assert (np.diff(notes.onset) >= 0).all()
    assert notes.end == pytest.approx(19.75)


def test_columns_have_the_types_they_promise(tmp_path):
    notes = read_midi(write(tmp_path / "a.mid", (0, False, melody(40))))
    dtypes = {name: getattr(notes, name).dtype for name in COLUMNS}
    floats = dict.fromkeys(("onset", "duration", "pitch", "velocity"), np.dtype("f4"))
    assert dtypes == floats | {"part": "i2", "is_drum": "?", "is_bass": "?"}


def test_parts_without_notes_leave_no_gap(tmp_path):
    notes = read_midi(
        write(tmp_path / "a.mid", (0, False, []), (0, False, melody(40)), (32, False, melody(1)))
    )
    assert np.unique(notes.part).tolist() == [0, 1]
    assert notes.is_bass.tolist() == (notes.part == 1).tolist()


def test_a_note_without_length_still_sounds(tmp_path):
    notes = read_midi(write(tmp_path / "a.mid", (0, False, [*melody(40), (41, 1 / 480, 60, 127)])))
    assert notes.duration.min() == pytest.approx(0.02)


def test_too_few_pitched_notes_are_refused_drums_do_not_count(tmp_path):
    path = write(tmp_path / "short.mid", (0, False, melody(39)), (0, True, melody(50)))
    with pytest.raises(TrainingError, match=r"short\.mid: only 39 pitched notes, at least 40"):
        read_midi(path)


def test_a_file_without_notes_is_refused(tmp_path):
    with pytest.raises(TrainingError, match=r"none\.mid: only 0 pitched notes"):
        read_midi(write(tmp_path / "none.mid"))


@pytest.mark.parametrize("content", [b"", b"not MIDI at all", b"MThd\0\0\0\6\0\1", b"\0" * 500])
def test_what_is_no_midi_is_refused_by_name(tmp_path, content):
    path = tmp_path / "bad.mid"
    path.write_bytes(content)
    with pytest.raises(TrainingError, match=r"bad\.mid: not a readable MIDI file"):
        read_midi(path)


def test_a_missing_file_is_refused_by_name(tmp_path):
    with pytest.raises(TrainingError, match=r"gone\.mid: not a readable MIDI file"):
        read_midi(tmp_path / "gone.mid")


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(size=st.floats(0, 1), where=st.integers(0, 10**6), byte=st.integers(0, 255))
def test_a_damaged_file_is_read_whole_or_refused(tmp_path, size, where, byte):
    content = bytearray(write(tmp_path / "a.mid", (0, False, melody(60))).read_bytes())
    content[where % len(content)] = byte
    path = tmp_path / "damaged.mid"
    path.write_bytes(content[: int(size * len(content)) + 1])
    try:
        notes = read_midi(path)
    except TrainingError as error:
        assert str(path) in str(error)  # noqa: PT017 - either answer is right
    else:
        assert (~notes.is_drum).sum() >= 40
        assert np.isfinite(notes.onset).all()
        assert np.isfinite(notes.duration).all()


def test_concatenate_sorts_and_keeps_every_note(make_song):
    pieces = [make_song(seed, n_notes=50) for seed in range(3)]
    joined = concatenate(pieces)
    rows = sorted(
        row
        for piece in pieces
        for row in zip(*(getattr(piece, name).tolist() for name in COLUMNS), strict=True)
    )
    found = zip(*(getattr(joined, name).tolist() for name in COLUMNS), strict=True)
    assert sorted(found) == rows
    assert (np.diff(joined.onset) >= 0).all()
