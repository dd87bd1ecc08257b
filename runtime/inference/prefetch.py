"""Making the next item of an iterator in a thread while the last one is in use."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def read_ahead(items: Iterator[T]) -> Iterator[T]:
    """Yield the items of an iterator, each made while the caller works on the one before it.

    Exceptions of the iterator are raised where its next item would have come.

    Parameters
    ----------
    items : iterator
        The items.

    Yields
    ------
    object
        The same items.
    """
    end = object()
    with ThreadPoolExecutor(1) as thread:
        following = thread.submit(next, items, end)
        while (item := following.result()) is not end:
            following = thread.submit(next, items, end)
            yield item  # type: ignore[misc]  # it is not `end`
