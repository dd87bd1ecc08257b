import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from samesong.features.median import running_median

ODD = st.integers(1, 8).map(lambda n: 2 * n + 1)


def slow_median(values, width, axis):
    """The middle of each sorted window, one at a time."""
    if axis == 0:
        return slow_median(values.T, width, 1).T
    padded = np.pad(values, ((0, 0), (width // 2, width // 2)), mode="reflect")
    return np.array(
        [
            [sorted(line[i : i + width])[width // 2] for i in range(values.shape[1])]
            for line in padded
        ]
    )


@given(
    values=arrays(
        np.float32,
        st.tuples(st.integers(9, 24), st.integers(9, 24)),
        elements=st.floats(-4, 4, width=16),
    ),
    width=ODD,
    axis=st.sampled_from([0, 1]),
)
def test_it_is_the_middle_of_each_window(values, width, axis):
    result = running_median(values, width, axis)
    assert result.dtype == np.float32
    np.testing.assert_array_equal(result, slow_median(values, width, axis))


@pytest.mark.parametrize("width", [9, 11, 13])
def test_the_network_is_right_for_all_zeros_and_ones(width):
    # And so, by Knuth's 0-1 principle, for all values in any order.
    all_orders = (np.arange(2**width)[:, None] >> np.arange(width) & 1).astype(np.float32)
    medians = running_median(all_orders, width, 1)[:, width // 2]
    np.testing.assert_array_equal(medians, 2 * all_orders.sum(axis=1) > width)


@pytest.mark.parametrize("axis", [0, 1])
def test_blocks_make_no_difference(axis):
    values = np.random.default_rng(0).random((50, 60), np.float32)
    expected = running_median(values, 11, axis)
    np.testing.assert_array_equal(running_median(values, 11, axis, block_size=200), expected)
