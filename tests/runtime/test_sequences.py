import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samesong.runtime.sequences import decode_rows, encode_rows


def unit_rows(rows, dim, seed):
    values = np.random.default_rng(seed).standard_normal((rows, dim)).astype(np.float32)
    return values / np.linalg.norm(values, axis=1, keepdims=True)


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(1, 40)), max_size=6),
    st.integers(0, 2**32 - 1),
)
def test_decoding_gives_back_every_component_to_half_a_step(shapes, seed):
    arrays = [unit_rows(rows, dim, seed) for rows, dim in shapes]
    decoded = decode_rows(encode_rows(arrays))
    assert [array.shape for array in decoded] == [array.shape for array in arrays]
    for array, back in zip(arrays, decoded, strict=True):
        assert back.dtype == np.float32
        np.testing.assert_allclose(back, array, rtol=0, atol=1 / 254 + 1e-6)


def test_cosines_survive_encoding():
    query, reference = unit_rows(200, 32, 1), unit_rows(200, 32, 2)
    stored_query, stored_reference = decode_rows(encode_rows([query, reference]))
    error = stored_query @ stored_reference.T - query @ reference.T
    assert error.std() < 0.004
    assert np.abs(error).max() < 0.02


def test_120_seconds_take_a_quarter_of_their_float32_size():
    arrays = [unit_rows(201, 32, 3), unit_rows(101, 32, 4)]
    assert len(encode_rows(arrays)) < 0.26 * sum(array.nbytes for array in arrays)


@pytest.mark.parametrize("cut", [slice(0, 0), slice(0, 3), slice(0, -1)])
def test_a_truncated_blob_is_refused(cut):
    blob = encode_rows([unit_rows(3, 4, 5)])
    with pytest.raises(ValueError, match="a blob of"):
        decode_rows(blob[cut])


def test_a_blob_with_something_behind_it_is_refused():
    with pytest.raises(ValueError, match="should have"):
        decode_rows(encode_rows([unit_rows(3, 4, 5)]) + b"x")
