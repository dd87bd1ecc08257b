"""One contract for every front end that can be rendered from notes."""

import numpy as np
import pytest

from samesong.features import FrontEnd, RenderableFrontEnd, front_end_names, get_front_end
from samesong.features.cqt import cqt
from samesong.features.direct import DirectFrontEnd
from samesong.features.errors import SilentAudioError
from samesong.features.framing import frame_means

RENDERABLE = [
    front_end
    for front_end in map(get_front_end, front_end_names())
    if isinstance(front_end, RenderableFrontEnd)
]


@pytest.fixture(params=RENDERABLE, ids=lambda front_end: front_end.name)
def front_end(request):
    return request.param


def test_the_bundled_ones_can_be_rendered():
    assert {"direct", "pooled", "harmonic"} <= {front_end.name for front_end in RENDERABLE}


def test_a_front_end_need_not_be_renderable():
    class TransformOnly:
        name = "plain"
        spec = DirectFrontEnd.spec
        transform = DirectFrontEnd.transform

    assert isinstance(TransformOnly(), FrontEnd)
    assert not isinstance(TransformOnly(), RenderableFrontEnd)


def test_it_says_how_it_is_imitated(front_end):
    assert 0 < front_end.aperture <= 2 * front_end.spec.frame_period
    assert -60 <= front_end.unpitched_db <= 0


def test_what_it_finishes_is_standardised(front_end):
    magnitude = np.random.default_rng(1).gamma(1, 1, (front_end.spec.n_bins, 40)).astype("f4")
    finished = front_end.finish(magnitude.copy())
    assert (finished.shape, finished.dtype) == (magnitude.shape, np.float32)
    assert finished.mean(dtype=float) == pytest.approx(0, abs=1e-5)
    assert finished.std(dtype=float) == pytest.approx(1, abs=1e-5)
    # Loudness does not matter.
    np.testing.assert_allclose(front_end.finish(100 * magnitude), finished, atol=1e-3)


def test_the_same_everywhere_is_refused(front_end):
    with pytest.raises(SilentAudioError):
        front_end.finish(np.zeros((front_end.spec.n_bins, 40), np.float32))


def test_finishing_the_averaged_magnitude_is_the_transform(front_end, music):
    samples = music(9.0)
    expected = front_end.transform(samples, front_end.spec.sample_rate)

    def fine(start, stop):
        return cqt(samples, front_end.spec, start, stop)

    finished = front_end.finish(frame_means(fine, front_end.spec, len(samples)))
    # Exact where nothing but averaging precedes it; median filters take out more than that.
    agreement = np.corrcoef(finished.ravel(), expected.ravel())[0, 1]
    assert agreement > (0.9 if front_end.unpitched_db else 0.999)
