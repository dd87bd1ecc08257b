import json

import pytest

from samesong.features import FeatureSpec
from samesong.features.errors import FrontEndError

SPEC = FeatureSpec(name="test", version=3, hop=512)


@pytest.mark.parametrize(
    ("n_samples", "n_frames"),
    [(0, 1), (6614, 1), (6615, 2), (120 * 22_050, 401), (120 * 22_050 - 1, 400)],
)
def test_frames_of_samples(n_samples, n_frames):
    assert SPEC.n_frames(n_samples) == n_frames


def test_survives_json():
    assert FeatureSpec.from_dict(json.loads(json.dumps(SPEC.to_dict()))) == SPEC


def test_missing_and_unknown_fields_are_named():
    data = SPEC.to_dict()
    data["tempo"] = data.pop("hop")
    with pytest.raises(
        FrontEndError, match=r"missing fields \['hop'\], unknown fields \['tempo'\]"
    ):
        FeatureSpec.from_dict(data)


@pytest.mark.parametrize("field", ["version", "hop", "sample_rate", "fmin", "frame_period"])
def test_what_is_not_positive_is_refused(field):
    with pytest.raises(FrontEndError, match=f"'test': {field}=0 must be above zero"):
        FeatureSpec.from_dict({**SPEC.to_dict(), field: 0})


def test_bins_above_half_the_sample_rate_are_refused():
    with pytest.raises(
        FrontEndError, match=r"1975\.5 Hz, is not below half its sample rate of 3000"
    ):
        FeatureSpec(name="test", version=1, hop=512, sample_rate=3000)
