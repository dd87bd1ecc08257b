import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from samesong.runtime.representation.level_batch import LevelBlock


@given(st.lists(st.integers(1, 5), max_size=8), st.sets(st.integers(0, 9)))
def test_some_windows_of_a_block(lengths: list[int], wanted: set[int]) -> None:
    keys = np.arange(len(lengths))
    windows = [np.full((length, 2), key, np.int8) for key, length in enumerate(lengths)]
    firsts = np.cumsum([0, *lengths])[:-1]
    codes = np.concatenate([np.empty((0, 2), np.int8), *windows])
    block = LevelBlock(keys, [f"t{key}" for key in keys], firsts, codes)
    some = block.only(np.array(sorted(wanted), np.int64))
    assert some.keys.tolist() == [key for key in keys if key in wanted]
    assert list(some.track_ids) == [f"t{key}" for key in some.keys]
    for places, found in some.batches(3):
        for place, one in zip(places, found, strict=True):
            assert one.tolist() == windows[some.keys[place]].tolist()
