import numpy as np
import pytest

from samesong.features import front_end_names, get_front_end
from samesong.features.errors import SilentAudioError
from samesong.features.overlap import LocalFrontEnd, WindowTransform

RATE = 22_050
FRAME = 6615


@pytest.fixture(params=front_end_names())
def front_end(request):
    return get_front_end(request.param)


def check(front_end, samples, spans):
    transform = WindowTransform(front_end)
    for begin, end in spans:
        window = samples[begin:end]
        expected = front_end.transform(window, RATE)
        np.testing.assert_allclose(transform(begin, window, RATE), expected, atol=2e-4)


@pytest.fixture(scope="module")
def samples(music):
    return music(12.0)


@pytest.mark.parametrize("size", [15 * FRAME, 15 * FRAME + 5000])
@pytest.mark.parametrize("hop", [FRAME, 6 * FRAME, 6 * FRAME + 1, 13 * FRAME, 16 * FRAME])
def test_windows_look_as_they_do_by_themselves(front_end, samples, size, hop):
    check(front_end, samples, [(i * hop, i * hop + size) for i in range(3)])


def test_windows_may_have_any_lengths_and_order(front_end, samples):
    spans = [(0, 20), (4, 30), (8, 12), (10, 40), (2, 30), (2, 4), (3, 9), (3, 40)]
    check(front_end, samples, [(a * FRAME, b * FRAME) for a, b in spans])


def test_silence_between_windows_changes_nothing(front_end, samples):
    samples = samples.copy()
    samples[10 * FRAME : 25 * FRAME] = 0
    transform = WindowTransform(front_end)
    for begin in range(0, 30 * FRAME, 5 * FRAME):
        window = samples[begin : begin + 10 * FRAME]
        if window.any():
            expected = front_end.transform(window, RATE)
            np.testing.assert_allclose(transform(begin, window, RATE), expected, atol=2e-4)
        else:
            with pytest.raises(SilentAudioError):
                transform(begin, window, RATE)


def local_front_ends():
    found = [get_front_end(name) for name in front_end_names()]
    return [front_end for front_end in found if isinstance(front_end, LocalFrontEnd)]


def test_harmonic_and_direct_share_their_frames():
    assert {"direct", "harmonic"} <= {front_end.name for front_end in local_front_ends()}


@pytest.mark.parametrize("front_end", local_front_ends(), ids=lambda front_end: front_end.name)
def test_what_windows_share_is_made_once(front_end, samples):
    class Counting(type(front_end)):
        frames = 0

        def magnitude(self, samples, first, last):
            self.frames += last - first
            return super().magnitude(samples, first, last)

    counting = Counting()
    transform = WindowTransform(counting)
    for begin in range(0, 24 * FRAME, 3 * FRAME):
        transform(begin, samples[begin : begin + 15 * FRAME], RATE)
    # Edges are made for each window, as it ends there, and once amid the windows around it.
    assert counting.frames <= 40 + 8 * 4 * counting.reach
