from hypothesis import given
from hypothesis import strategies as st

from samesong.runtime.representation.batching import batches


@given(st.lists(st.sampled_from("abc")), st.integers(1, 5))
def test_every_place_is_in_one_batch_of_its_shape(shapes, size):
    found = batches(shapes, size)
    assert sorted(place for batch in found for place in batch) == list(range(len(shapes)))
    for batch in found:
        assert 1 <= len(batch) <= size
        assert batch == sorted(batch)
        assert len({shapes[place] for place in batch}) == 1
    assert len(found) == sum(-(-shapes.count(shape) // size) for shape in set(shapes))
