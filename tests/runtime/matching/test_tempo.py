from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samesong.features import load
from samesong.features.resampling import SAMPLE_RATE as RATE
from samesong.runtime.demo.run import DEMO_AUDIO
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.matching.alignment import Alignment, align
from samesong.runtime.matching.step_gains import contrast
from samesong.runtime.matching.tempo import LEAST, stretched_steps, tempo_ratio

TEMPOS = {
    "amazing_grace": (112, 92),
    "auld_lang_syne": (132, 92),
    "drunken_sailor": (132, 104),
    "greensleeves": (118, 88),
    "londonderry_air": (88, 76),
    "oh_susanna": (164, 192),
}
"""Beats a minute of the bundled recordings, live and studio, as `benchmarks/demo_audio` has them;
the live ones drift by up to 2 %."""


def gains_of_lines(slope, size=(120, 120), *, offsets=(0,), noise=1.0, seed=0):
    """Noise with lines along which a reference goes `slope` times as fast as a query."""
    gains = np.random.default_rng(seed).normal(0, noise, size)
    for offset in offsets:
        query = np.arange(0, size[0], 0.25)
        reference = slope * query + offset
        inside = (reference >= 0) & (reference < size[1])
        cells = np.unique(np.stack([query[inside], reference[inside]], 1).astype(int), axis=0)
        gains[tuple(cells.T)] += 3
    return contrast(gains.astype(np.float32))


@settings(deadline=None, max_examples=60, derandomize=True)
@given(
    slope=st.floats(0.55, 1.8),
    offset=st.integers(-15, 15),
    rows=st.integers(140, 220),
    columns=st.integers(140, 220),
    seed=st.integers(0, 2**32 - 1),
)
def test_a_line_of_any_slope_gives_that_slope(slope, offset, rows, columns, seed):
    # Wherever the line enters, it crosses at least 75 steps of both: fewer do not tell a tempo.
    start = offset if slope * rows > columns - 30 else max(offset, 0)
    gains = gains_of_lines(slope, (rows, columns), offsets=[start], seed=seed)
    assert tempo_ratio(gains) == pytest.approx(slope, rel=0.03)


@settings(deadline=None, max_examples=30)
@given(slope=st.floats(0.55, 1.8), seed=st.integers(0, 2**32 - 1))
def test_swapping_query_and_reference_gives_the_inverse(slope, seed):
    gains = gains_of_lines(slope, (90, 110), seed=seed)
    assert tempo_ratio(gains) == pytest.approx(1 / tempo_ratio(gains.T.copy()), rel=1e-6)


def test_repeats_and_sections_left_out_do_not_change_the_tempo():
    gains = gains_of_lines(1.25, (150, 180), offsets=[-60, 0, 45], noise=1.5)
    assert tempo_ratio(gains) == pytest.approx(1.25, rel=0.02)


@pytest.mark.parametrize(
    "gains",
    [
        np.zeros((60, 40), np.float32),
        np.ones((LEAST - 1, 200), np.float32),
        np.ones((1, 1), np.float32),
    ],
    ids=["no contrast", "too short", "a single step"],
)
def test_where_nothing_can_be_seen_the_tempo_is_taken_as_equal(gains):
    assert tempo_ratio(gains) == 1.0


@given(query=st.integers(1, 300), reference=st.integers(1, 300), ratio=st.floats(0.5, 2))
def test_stretched_steps_rise_stay_inside_and_begin_and_end_with_their_side(
    query, reference, ratio
):
    for steps, size in zip(
        stretched_steps((query, reference), ratio), (query, reference), strict=True
    ):
        assert (np.diff(steps) >= 0).all()
        assert 0 <= steps[0] <= 2
        assert size - 3 <= steps[-1] < size


@pytest.fixture(scope="module")
def alignments() -> dict[str, Alignment]:
    """Each bundled live recording aligned with its studio recording, by the default model."""
    bundle = ModelBundle.load()
    analyser = Analyser(bundle)

    def window(path: Path):
        (only,) = analyser.recording(path)
        return only

    return {
        song: align(
            window(DEMO_AUDIO / f"live_{song}.opus"),
            window(DEMO_AUDIO / f"studio_{song}.opus"),
            bundle.step_seconds[0],
            bundle.fitted.path,
        )
        for song in TEMPOS
    }


@pytest.mark.parametrize("song", TEMPOS)
def test_the_tempo_of_each_bundled_live_recording_is_right(alignments, song):
    live, studio = TEMPOS[song]
    assert alignments[song].tempo_ratio == pytest.approx(live / studio, rel=0.025)


@pytest.mark.parametrize("song", TEMPOS)
def test_spans_of_each_bundled_live_recording_say_the_same_tempo(alignments, song):
    query, reference = alignments[song].query_span, alignments[song].reference_span
    ratio = (reference[1] - reference[0]) / (query[1] - query[0])
    assert ratio == pytest.approx(alignments[song].tempo_ratio, rel=0.03)
    assert min(query[1] - query[0], reference[1] - reference[0]) > 45


@pytest.mark.parametrize("speed", [0.5, 0.94, 0.97, 1.03, 1.06, 2.0])
def test_the_tempo_and_key_of_a_tape_at_another_speed_are_right(speed):
    bundle = ModelBundle.load()
    analyser = Analyser(bundle, threads=1)
    tape = DEMO_AUDIO / "studio_greensleeves.opus"
    samples = load(tape, sample_rate=round(RATE / speed))  # played as if it were RATE
    query = analyser.samples(samples, RATE)[0]
    (reference,) = analyser.recording(tape)
    found = align(query, reference, bundle.step_seconds[0], bundle.fitted.path)
    assert found.tempo_ratio == pytest.approx(speed, rel=0.02)
    # Half a semitone may be either.
    beside = (found.key_shift - 12 * np.log2(speed) + 6) % 12 - 6
    assert abs(beside) < 0.6
