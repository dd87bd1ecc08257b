import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("torch")

from samesong.training.mixed_versions import MixedVersions, share_by_kind

pytestmark = pytest.mark.training


class Labelled:
    """A corpus whose versions hold its label and the number of their work."""

    probabilities = None

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
    shares = share_by_kind(sources, kinds, share)
    if not sum(notes) or not sum(recorded):
        assert shares is None
        return
    mixed = MixedVersions(sources, shares)
    assert mixed.probabilities.sum() == pytest.approx(1)
    assert mixed.probabilities[: sum(notes)] == pytest.approx((1 - share) / sum(notes))
    assert mixed.probabilities[sum(notes) :] == pytest.approx(share / sum(recorded))
