from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("torch")

from samesong.training import arrange, form, parts, pitch_range, playing
from samesong.training.symbolic import Notes

pytestmark = pytest.mark.training

COLUMNS = tuple(Notes.__dataclass_fields__)
STEPS = [
    parts.drop_parts,
    parts.thin_to_melody_and_bass,
    playing.change_octaves,
    playing.restrike,
    playing.change_lengths,
    parts.add_bass,
    parts.double_melody,
    form.restructure,
    playing.play_loosely,
    arrange.transpose,
    form.change_tempo,
]
seeds = st.integers(0, 10_000)


def rng_of(seed):
    return np.random.default_rng(seed)


def equal(left, right):
    return all(np.array_equal(getattr(left, name), getattr(right, name)) for name in COLUMNS)


def check_sound(notes):
    """Assert that a score is sound: columns of one length and of their types, finite, playable."""
    assert {len(getattr(notes, name)) for name in COLUMNS} == {len(notes)}
    for name in ("onset", "duration", "pitch", "velocity"):
        assert getattr(notes, name).dtype == np.float32
        assert np.isfinite(getattr(notes, name)).all()
    assert notes.part.dtype == np.int16
    assert notes.is_drum.dtype == notes.is_bass.dtype == np.bool_
    assert (notes.onset >= 0).all()
    assert (notes.duration > 0).all()
    assert (notes.velocity > 0).all()
    assert (notes.velocity <= 1).all()


@settings(deadline=None, max_examples=60)
@given(seed=seeds, strength=st.floats(0, 1), drums=st.booleans())
def test_a_version_is_sorted_playable_and_within_range(make_song, seed, strength, drums):
    song = make_song(seed, drums=drums)
    version = arrange.rearrange(song, strength, rng_of(seed))
    check_sound(version)
    assert (np.diff(version.onset) >= 0).all()
    pitched = version.pitch[~version.is_drum]
    assert len(pitched) >= 15
    assert pitched.min() >= pitch_range.LOWEST
    assert pitched.max() <= pitch_range.HIGHEST
    drum_sounds = set(song.pitch[song.is_drum].tolist())
    assert set(version.pitch[version.is_drum].tolist()) <= drum_sounds


@pytest.mark.parametrize("strength", [0.0, 0.5, 1.0])
def test_the_same_seed_gives_the_same_version_and_leaves_the_song_alone(make_song, strength):
    song = make_song(1)
    first, again, other = (arrange.rearrange(song, strength, rng_of(seed)) for seed in (3, 3, 4))
    assert equal(first, again)
    assert not equal(first, other)
    assert equal(song, make_song(1))


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
@settings(deadline=None, max_examples=15)
@given(seed=seeds)
def test_each_step_keeps_a_score_playable_with_enough_pitch(make_song, step, seed):
    song = make_song(seed)
    changed = step(song, rng_of(seed))
    check_sound(changed)
    assert (~changed.is_drum).sum() >= 20
    # No step makes a drum sing or moves it to another drum.
    assert set(changed.pitch[changed.is_drum]) <= set(song.pitch[song.is_drum])


@given(seed=seeds)
def test_transposing_keeps_intervals_up_to_octaves(make_song, seed):
    song = make_song(seed)
    moved = arrange.transpose(song, rng_of(seed))
    pitched = ~song.is_drum
    shift = (moved.pitch - song.pitch)[pitched].astype(np.float64)
    apart = (shift - shift[0]) / 12
    np.testing.assert_allclose(apart, np.round(apart), atol=1e-5)
    np.testing.assert_array_equal(moved.pitch[song.is_drum], song.pitch[song.is_drum])
    np.testing.assert_array_equal(moved.onset, song.onset)


@given(pitch=st.lists(st.floats(-60, 200, width=32), min_size=1, max_size=20))
def test_folding_moves_by_whole_octaves_and_only_what_must(pitch):
    pitch = np.array(pitch, np.float32)
    folded = pitch_range.fold(pitch, np.zeros(len(pitch), bool))
    assert (folded >= pitch_range.LOWEST).all()
    assert (folded <= pitch_range.HIGHEST).all()
    octaves = (folded.astype(np.float64) - pitch) / 12
    np.testing.assert_allclose(octaves, np.round(octaves), atol=1e-5)
    inside = (pitch >= pitch_range.LOWEST) & (pitch <= pitch_range.HIGHEST)
    np.testing.assert_array_equal(folded[inside], pitch[inside])
    np.testing.assert_array_equal(pitch_range.fold(pitch, np.ones(len(pitch), bool)), pitch)


@given(seed=seeds)
def test_tempo_scales_the_length_and_keeps_the_order(make_song, seed):
    song = make_song(seed)
    changed = form.change_tempo(song, rng_of(seed))
    # The drift of 4 % is drawn anew every 10 s; over a minute it adds up to far below 12 %.
    assert 1 / (1.4 * 1.12) < changed.end / song.end < 1.12 / 0.7
    assert changed.onset[0] == 0
    assert (np.diff(changed.onset) >= 0).all()
    np.testing.assert_array_equal(changed.pitch, song.pitch)


def test_tempo_uses_its_whole_range(make_song):
    song = make_song(1)
    factors = [song.end / form.change_tempo(song, rng_of(seed)).end for seed in range(200)]
    assert 0.6 < min(factors) < 0.75
    assert 1.3 < max(factors) < 1.5


@given(seed=seeds)
def test_dropping_parts_drops_whole_parts_and_keeps_a_quarter_of_the_pitch(make_song, seed):
    song = make_song(seed)
    left = parts.drop_parts(song, rng_of(seed))
    assert (~left.is_drum).sum() >= 0.25 * (~song.is_drum).sum()
    assert equal(left, song.select(np.isin(song.part, left.part)))


def naive_top_voice(notes):
    """For each 50 ms, the first of its highest pitched notes."""
    mask = [False] * len(notes)
    moments = [round(float(onset / np.float32(0.05))) for onset in notes.onset]
    for moment in set(moments):
        here = [i for i, m in enumerate(moments) if m == moment and not notes.is_drum[i]]
        if here:
            mask[max(here, key=lambda i: (notes.pitch[i], -i))] = True
    return mask


@given(seed=seeds)
def test_the_top_voice_is_the_highest_note_of_each_moment(make_song, seed):
    song = make_song(seed, n_notes=60, seconds=2.0)
    assert parts.top_voice(song).tolist() == naive_top_voice(song)


@given(seed=seeds)
def test_thinning_keeps_the_top_voice_and_the_bass(make_song, seed):
    song = make_song(seed)
    thin = parts.thin_to_melody_and_bass(song, rng_of(seed))
    kept = set(thin.onset.tolist())
    assert set(song.onset[parts.top_voice(song) | song.is_bass].tolist()) <= kept
    assert kept <= set(song.onset.tolist())


def test_the_doubled_melody_is_a_part_of_its_own(make_song):
    song = make_song(1)
    doubled = parts.double_melody(song, rng_of(1))
    added = doubled.select(doubled.part == song.part.max() + 1)
    voice = song.select(parts.top_voice(song))
    assert len(added) == len(voice)
    assert len(doubled) == len(song) + len(voice)
    late = added.onset.astype(np.float64) - voice.onset
    np.testing.assert_allclose(late, late[0], atol=1e-4)
    assert set(np.unique((added.pitch - voice.pitch) % 12)) == {0.0}


@given(seed=seeds)
def test_octaves_change_for_whole_parts_but_neither_bass_nor_drums(make_song, seed):
    song = make_song(seed)
    moved = playing.change_octaves(song, rng_of(seed))
    shift = moved.pitch - song.pitch
    assert set(np.unique(shift % 12)) == {0.0}
    assert not shift[song.is_drum | song.is_bass].any()
    for part in np.unique(song.part):
        assert len(np.unique(shift[song.part == part])) == 1


@given(seed=seeds)
def test_restriking_fills_the_same_time_with_the_same_pitch_classes(make_song, seed):
    song = make_song(seed)
    struck = playing.restrike(song, rng_of(seed))
    assert len(struck) >= len(song)
    for part in np.unique(song.part):
        before, after = (notes.select(notes.part == part) for notes in (song, struck))
        assert after.duration.sum() == pytest.approx(before.duration.sum(), rel=1e-3)
        assert set(after.pitch % 12) == set(before.pitch % 12)
        assert after.end == pytest.approx(before.end, abs=1e-3)


@given(seed=seeds)
def test_the_added_bass_is_low_and_ends_with_the_song(make_song, seed):
    song = make_song(seed)
    joined = parts.add_bass(song, rng_of(seed))
    added = joined.select(joined.part == song.part.max() + 1)
    assert added.is_bass.all()
    assert added.pitch.min() >= 24
    assert added.pitch.max() < 48
    assert set(added.pitch % 12) <= set(song.pitch[~song.is_drum] % 12)
    assert added.onset.max(initial=0) <= song.onset.max()
    assert equal(joined.select(joined.part <= song.part.max()), song)


@given(seed=seeds)
def test_restructuring_moves_notes_by_whole_sections(make_song, seed):
    song = make_song(seed)
    changed = form.restructure(song, rng_of(seed))
    assert (np.diff(changed.onset) >= 0).all()
    # Nothing is new but the order; a section may be missing or come twice.
    written = set(zip(song.pitch.tolist(), song.duration.tolist(), strict=True))
    assert set(zip(changed.pitch.tolist(), changed.duration.tolist(), strict=True)) <= written
    assert song.end / 4 <= changed.end <= 2 * song.end + 30


@given(seed=seeds)
def test_loose_playing_misses_few_notes_and_is_wrong_by_little(make_song, seed):
    song = make_song(seed)
    # No two of a length, which is what a note is known by.
    lengths = np.linspace(0.1, 1, len(song), dtype=np.float32)
    song = replace(song, duration=rng_of(seed).permutation(lengths))
    played = playing.play_loosely(song, rng_of(seed))
    assert 0.7 * len(song) < len(played) <= len(song)
    assert (np.diff(played.onset) >= 0).all()
    # Each stayed within 0.3 s of its time, and two semitones.
    place = {length: index for index, length in enumerate(song.duration.tolist())}
    index = np.array([place[length] for length in played.duration.tolist()])
    assert np.abs(played.onset - song.onset[index]).max() < 0.3
    assert np.abs(played.pitch - song.pitch[index]).max() <= 2
    assert (played.pitch != song.pitch[index]).mean() < 0.1
