from samesong.features import FeatureSpec
from samesong.runtime.plots.pitch_axis import pitch_marks


def test_bins_on_notes_are_named_whatever_their_number_in_an_octave():
    spec = FeatureSpec("fine", 1, 512, fmin=55.0, n_bins=72, bins_per_octave=36)
    assert pitch_marks(spec) == {0: "A1", 36: "A2"}


def test_bins_between_notes_are_given_in_hertz():
    spec = FeatureSpec("odd", 1, 512, fmin=60.0, n_bins=40, bins_per_octave=20)
    assert pitch_marks(spec) == {0: "60 Hz", 20: "120 Hz"}
