import numpy as np
import pytest

from samesong.features.errors import DecodeError
from samesong.runtime.identification.comparison import compare


@pytest.fixture
def pair(song_file):
    live = song_file("live.wav", 9, seconds=50, key=-2, noise=0.03)
    return live, song_file("studio.wav", 9, seconds=70)


def test_two_versions_of_a_song(bundle, pair):
    comparison = compare(*pair, bundle)
    assert comparison.same
    assert comparison.paths == tuple(map(str, pair))
    assert comparison.alignment.key_shift == -2
    assert comparison.alignment.query_span == pytest.approx((0, 50), abs=4)
    assert comparison.alignment.reference_span == pytest.approx((0, 50), abs=4)
    assert [csm.shape for csm in comparison.csms] == [(84, 117)] * 2 + [(42, 59)] * 2
    query, reference = comparison.alignment.path.T
    assert comparison.csms[0][query, reference].mean() > np.quantile(comparison.csms[0], 0.95)


def test_two_different_songs(bundle, song_file):
    comparison = compare(song_file("a.wav", 9), song_file("b.wav", 10), bundle)
    assert not comparison.same
    assert comparison.pair_probability < 0.5


def test_a_comparison_is_told_as_plain_values(bundle, pair):
    told = compare(*pair, bundle).to_dict()
    assert told["query"] == str(pair[0])
    assert told["reference"] == str(pair[1])
    assert told["same"] is True
    assert type(told["pair_probability"]) is float
    assert told["key_shift"] == -2


def test_the_file_that_cannot_be_used_is_named(bundle, song_file, tmp_path):
    with pytest.raises(DecodeError, match=r"missing\.wav"):
        compare(song_file("a.wav", 9), tmp_path / "missing.wav", bundle)


def test_the_order_of_the_recordings_does_not_matter(bundle, pair):
    there, back = (compare(*order, bundle) for order in (pair, pair[::-1]))
    assert there.pair_probability == pytest.approx(back.pair_probability, abs=1e-6)
    assert there.alignment.key_shift == -back.alignment.key_shift
