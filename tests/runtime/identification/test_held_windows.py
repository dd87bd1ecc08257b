"""Windows that were read are held, as many as may be, and not read again."""

from collections.abc import Sequence

import numpy as np

from samesong.runtime.catalog.interface import StoredWindow
from samesong.runtime.identification.held_windows import HeldWindows
from samesong.runtime.representation.deep_sequences import DeepSequences
from samesong.runtime.representation.window import Window


def stored(key: int) -> StoredWindow:
    rows = np.eye(4, dtype=np.float32)
    sequences = DeepSequences((rows, rows, rows, rows), rows[0])
    return StoredWindow(f"track {key}", key, Window(0.0, 4.0, sequences, np.zeros((4, 12))))


def test_those_that_were_wanted_last_are_held() -> None:
    asked: list[list[int]] = []

    def read(keys: Sequence[int]) -> list[StoredWindow]:
        asked.append(list(keys))
        return [stored(key) for key in keys if key < 10]  # others are gone

    windows = HeldWindows(read, most=3)
    assert list(windows.read([1, 2, 3])) == [1, 2, 3]
    assert list(windows.read([1, 4, 99])) == [1, 4]
    assert sorted(windows.read([1, 3, 4])) == [1, 3, 4]
    assert asked == [[1, 2, 3], [4, 99]]
    assert list(windows.read([2])) == [2]
    assert asked[-1] == [2]


def test_more_than_may_be_held_are_returned() -> None:
    windows = HeldWindows(lambda keys: [stored(key) for key in keys], most=2)
    assert list(windows.read(range(5))) == list(range(5))
    windows.hold([stored(7)])
    assert list(windows.read([7])) == [7]
