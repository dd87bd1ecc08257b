import csv
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner

pytest.importorskip("torch")

from samesong.features import audio
from samesong.features.errors import MissingExtraError, TrainingError
from samesong.training.audio_rendering import RATE, SECONDS, SoundSources, render_audio
from samesong.training.corpus import SymbolicWork
from samesong.training.render_cli import render
from samesong.training.rendered_works import LIST, render_works
from samesong.training.soundfonts import MOST_PARTS, PROGRAMS, as_tuned, play, write_midi
from samesong.training.symbolic import BASS_PROGRAMS, read_midi

SOUNDFONTS = sorted(Path("/usr/share/sounds/sf2").glob("TimGM*.sf2"))

pytestmark = pytest.mark.training
needs_fluidsynth = pytest.mark.skipif(
    not (SOUNDFONTS and shutil.which("fluidsynth")),
    reason="needs FluidSynth and timgm6mb-soundfont",
)


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_written_notes_are_read_back(make_song, tmp_path):
    song = make_song(1)
    write_midi(song, tmp_path / "song.mid", np.random.default_rng(1))
    back = read_midi(tmp_path / "song.mid")
    assert len(back) == len(song)
    order, again = (np.lexsort((n.pitch, np.round(n.onset, 2))) for n in (song, back))
    np.testing.assert_allclose(back.onset[again], song.onset[order], atol=2e-3)
    np.testing.assert_allclose(np.sort(back.pitch), np.sort(np.round(song.pitch)))
    assert back.is_drum.sum() == song.is_drum.sum()
    assert back.is_bass.sum() == song.is_bass.sum()


def test_basses_are_given_basses_and_parts_share_what_midi_has(make_song, tmp_path):
    import symusic

    song = make_song(1)
    many = song.having(part=np.arange(len(song), dtype=np.int16) % 40)
    write_midi(many, tmp_path / "song.mid", np.random.default_rng(1))
    tracks = symusic.Score(str(tmp_path / "song.mid")).tracks
    pitched = [track for track in tracks if not track.is_drum]
    assert 1 < len(pitched) <= MOST_PARTS
    assert {track.program for track in pitched} <= {*PROGRAMS, *BASS_PROGRAMS}


@needs_fluidsynth
def test_played_notes_sound_for_as_long_as_asked(make_song):
    played = play(make_song(2), 12.0, RATE, SOUNDFONTS, np.random.default_rng(1))
    assert played.shape == (12 * RATE,)
    assert played.dtype == np.float32
    assert 0.001 < float(played.std()) < 1


@needs_fluidsynth
@pytest.mark.parametrize("semitones", [-1.0, 1.0])
def test_a_tuned_band_plays_when_a_tuned_singer_sings(make_song, semitones):
    song = make_song(1)
    late = song.select(song.onset > 15)
    rng = np.random.default_rng(1)
    played = play(late, 25.0, RATE, SOUNDFONTS, rng, tuning=semitones)
    begins = np.flatnonzero(np.abs(played) > 1e-3)[0] / RATE
    assert begins == pytest.approx(as_tuned(late, semitones).onset[0], abs=0.05)


@needs_fluidsynth
@pytest.mark.parametrize(("sung", "voices"), [(0.0, False), (1.0, True)])
def test_as_many_recordings_are_sung_as_asked(make_song, sung, voices):
    # A voice in place of an instrument is all that differs between the two.
    song = make_song(1)
    never, asked = (
        render_audio(
            song,
            SoundSources(tuple(SOUNDFONTS), sung=share),
            live=False,
            rng=np.random.default_rng(3),
        )
        for share in (0.0, sung)
    )
    assert (np.abs(never - asked).max() > 0.01) == voices


@needs_fluidsynth
def test_a_file_that_is_no_soundfont_is_named(make_song, tmp_path):
    broken = tmp_path / "broken.sf2"
    broken.write_bytes(b"no soundfont")
    with pytest.raises(TrainingError, match=r"broken\.sf2: FluidSynth cannot play"):
        play(make_song(1), 4.0, RATE, [broken], np.random.default_rng(1))


def test_without_fluidsynth_it_says_what_to_install(make_song, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingExtraError, match="apt-get install fluidsynth"):
        play(make_song(1), 4.0, RATE, [tmp_path / "any.sf2"], np.random.default_rng(1))


@needs_fluidsynth
def test_works_are_recorded_twice_each_and_only_once(make_song, tmp_path):
    works = [SymbolicWork(f"work {seed}", (make_song(seed),)) for seed in range(2)]
    sources = SoundSources(tuple(SOUNDFONTS))
    assert render_works(works, tmp_path, sources, count=1, seed=1, jobs=1) == []
    first = rows(tmp_path / LIST)
    assert [row["kind"] for row in first] == ["studio", "live"]
    assert len({row["work_id"] for row in first}) == 1
    times = {row["path"]: (tmp_path / row["path"]).stat().st_mtime_ns for row in first}
    for path in times:
        assert audio.probe(tmp_path / path).duration == pytest.approx(SECONDS, abs=0.2)
        assert soundfile.read(tmp_path / path)[0].std() > 0.01
    assert render_works(works, tmp_path, sources, count=2, seed=1, jobs=1) == []
    both = rows(tmp_path / LIST)
    assert both[:2] == first
    assert {row["work_id"] for row in both} == {"work 0", "work 1"}
    for path, time in times.items():
        assert (tmp_path / path).stat().st_mtime_ns == time


@needs_fluidsynth
def test_the_command_writes_what_training_reads(write_tune, tmp_path):
    (tmp_path / "notes").mkdir()
    write_tune(tmp_path / "notes" / "tune.mid", 1)
    called = [str(tmp_path / "notes"), str(tmp_path / "out"), "--soundfont", str(SOUNDFONTS[0])]
    done = CliRunner().invoke(render, called, catch_exceptions=False)
    assert done.exit_code == 0
    assert done.stdout == f"rendered: {tmp_path / 'out' / LIST}\n"
    assert [row["kind"] for row in rows(tmp_path / "out" / LIST)] == ["studio", "live"]
