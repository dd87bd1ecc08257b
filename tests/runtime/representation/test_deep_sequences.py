import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from samesong.runtime.representation.deep_sequences import COARSE, FINE, decode_rows, encode_rows


def unit_rows(rows, dim, seed):
    values = np.random.default_rng(seed).standard_normal((rows, dim)).astype(np.float32)
    return values / np.linalg.norm(values, axis=1, keepdims=True)


def naive_codes(array, width):
    """The codes of an array, one component after the other."""
    largest, span = {COARSE: (7, 2.5), FINE: (127, 4.0)}[width]
    step = np.float32(span / largest / np.sqrt(array.shape[1]))
    return [
        [max(-largest, min(largest, round(float(value / step)))) for value in row] for row in array
    ]


def decode(blob, places=None):
    [arrays] = decode_rows([blob], places)
    return arrays


@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(1, 40), st.sampled_from([COARSE, FINE])),
        max_size=6,
    ),
    st.integers(0, 2**32 - 1),
)
def test_rows_come_back_as_their_codes_brought_to_length_1(shapes, seed):
    arrays = [unit_rows(rows, dim, seed) for rows, dim, _ in shapes]
    widths = [width for _, _, width in shapes]
    decoded = decode(encode_rows(arrays, widths))
    assert [array.shape for array in decoded] == [array.shape for array in arrays]
    for array, width, back in zip(arrays, widths, decoded, strict=True):
        assert back.dtype == np.float32
        for codes, row in zip(naive_codes(array, width), back, strict=True):
            length = np.sqrt(sum(code**2 for code in codes)) or 1
            np.testing.assert_allclose(row, np.array(codes) / length, rtol=0, atol=1e-6)


@given(st.integers(0, 2**32 - 1), st.sampled_from([COARSE, FINE]))
def test_what_was_decoded_is_encoded_without_further_loss(seed, width):
    rows = unit_rows(20, 32, seed)
    # A component beyond the range of codes is cut, and again once its row is brought to length 1.
    assume(width == COARSE or np.abs(rows).max() < 4 / np.sqrt(32))
    once = decode(encode_rows([rows], [width]))
    twice = decode(encode_rows(once, [width]))
    changed = np.abs(twice[0] - once[0]).max()
    assert changed < {COARSE: 0.25, FINE: 0.02}[width]


@pytest.mark.parametrize(
    ("width", "deviation", "most"), [(COARSE, 0.02, 0.12), (FINE, 0.002, 0.01)]
)
def test_cosines_survive_encoding(width, deviation, most):
    query, reference = unit_rows(200, 32, 1), unit_rows(200, 32, 2)
    (stored,) = decode(encode_rows([reference], [width]))
    error = query @ (stored - reference).T
    assert error.std() < deviation
    assert np.abs(error).max() < most


def test_some_arrays_can_be_decoded_alone():
    arrays = [unit_rows(rows, 12, rows) for rows in (3, 5, 0, 2)]
    blob = encode_rows(arrays, [COARSE, FINE, FINE, COARSE])
    every = decode(blob)
    for place in range(-4, 4):
        (alone,) = decode(blob, [place])
        np.testing.assert_array_equal(alone, every[place])


def test_many_are_decoded_as_one_by_one():
    shapes = [(3, 5), (4, 5), (3, 5), (0, 5), (3, 5)]
    blobs = [
        encode_rows([unit_rows(rows, dim, seed), unit_rows(2, 3, seed)], [COARSE, FINE])
        for seed, (rows, dim) in enumerate(shapes * 9)
    ]
    for blob, found in zip(blobs, decode_rows(blobs), strict=True):
        for array, alone in zip(found, decode(blob), strict=True):
            np.testing.assert_array_equal(array, alone)
    assert decode_rows([]) == []


def test_rows_of_zeros_stay_so():
    zeros = np.zeros((3, 12), np.float32)
    for width in (COARSE, FINE):
        np.testing.assert_array_equal(decode(encode_rows([zeros], [width]))[0], zeros)


@pytest.mark.parametrize(("width", "size"), [(COARSE, 6 + 201 * 16), (FINE, 6 + 201 * 32)])
def test_size(width, size):
    assert len(encode_rows([unit_rows(201, 32, 3)], [width])) == size


@pytest.mark.parametrize("cut", [slice(0, 0), slice(0, 3), slice(0, -1)])
def test_a_truncated_blob_is_refused(cut):
    blob = encode_rows([unit_rows(3, 4, 5)], [FINE])
    with pytest.raises(ValueError, match="a blob of"):
        decode(blob[cut])


def test_a_blob_with_something_behind_it_is_refused():
    with pytest.raises(ValueError, match="should have"):
        decode(encode_rows([unit_rows(3, 4, 5)], [FINE]) + b"x")


def test_unknown_widths_are_refused():
    blob = bytearray(encode_rows([unit_rows(3, 4, 5)], [FINE]))
    blob[5] = 5
    with pytest.raises(ValueError, match="components of 5 bits"):
        decode(bytes(blob))
