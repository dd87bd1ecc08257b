import threading

import pytest

from samesong.runtime.inference.prefetch import read_ahead


def test_items_come_in_order():
    assert list(read_ahead(iter(range(50)))) == list(range(50))
    assert list(read_ahead(iter([None, None]))) == [None, None]
    assert list(read_ahead(iter([]))) == []


def test_the_next_item_is_made_while_one_is_used():
    asked = [threading.Event() for _ in range(3)]

    def items():
        for event in asked:
            event.set()
            yield threading.current_thread()

    for number, thread in enumerate(read_ahead(items())):
        assert thread is not threading.current_thread()
        assert number == 2 or asked[number + 1].wait()


def test_at_most_one_item_waits():
    made = []

    def items():
        for number in range(10):
            made.append(number)
            yield number

    ahead = read_ahead(items())
    assert next(ahead) == 0
    ahead.close()
    assert made == [0, 1]


def test_an_error_comes_after_the_items_before_it():
    def items():
        yield 1
        raise OSError("the disk is gone")

    ahead = read_ahead(items())
    assert next(ahead) == 1
    with pytest.raises(OSError, match="the disk is gone"):
        next(ahead)
