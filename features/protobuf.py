"""The wire format of Protocol Buffers, read without a schema and within bounds.

The encoding is described at https://protobuf.dev/programming-guides/encoding.
"""

from collections.abc import Iterator

MOST_FIELDS = 200_000
"""Fields that are read of one file: a second's work. Weights are one field each."""

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_LONGEST_VARINT = 10
_DAMAGED = "it is damaged, or of another format"


class Message:
    """One message: its fields by their numbers, each as often as it comes.

    Parameters
    ----------
    content : memoryview
        Its bytes.
    budget : iterator of int, optional
        Shared by a message and those within it: runs out after as many fields as may be read.

    Raises
    ------
    ValueError
        If it is no message, or has more than `MOST_FIELDS` fields.

    Examples
    --------
    >>> message = Message(memoryview(bytes([0x08, 0x96, 0x01, 0x12, 0x02, 0x68, 0x69])))
    >>> message.numbers(1), message.texts(2)
    ([150], ['hi'])
    """

    def __init__(self, content: memoryview, budget: Iterator[int] | None = None) -> None:
        self._budget = iter(range(MOST_FIELDS)) if budget is None else budget
        self._numbers: dict[int, list[int]] = {}
        self._bytes: dict[int, list[memoryview]] = {}
        place = 0
        while place < len(content):
            if next(self._budget, None) is None:
                raise ValueError(f"it has more than {MOST_FIELDS:,} fields")
            key, place = _varint(content, place)
            field, kind = key >> 3, key & 7
            if field == 0:
                raise ValueError(_DAMAGED)
            if kind == _VARINT:
                number, place = _varint(content, place)
                self._numbers.setdefault(field, []).append(number)
                continue
            if kind == _BYTES:
                length, place = _varint(content, place)
            elif kind in (_FIXED64, _FIXED32):
                length = 8 if kind == _FIXED64 else 4
            else:
                raise ValueError(_DAMAGED)
            if length > len(content) - place:
                raise ValueError(_DAMAGED)
            if kind == _BYTES:
                self._bytes.setdefault(field, []).append(content[place : place + length])
            place += length

    def numbers(self, field: int) -> list[int]:
        """Return the values of an integer field.

        Parameters
        ----------
        field : int
            Its number.

        Returns
        -------
        list of int
            In order, 0 or above: negative ones are 2 ** 64 less.
        """
        return self._numbers.get(field, [])

    def has(self, field: int) -> bool:
        """Return whether a field is there that holds a text, bytes or a message.

        Parameters
        ----------
        field : int
            Its number.

        Returns
        -------
        bool
            True if it comes at least once.
        """
        return field in self._bytes

    def texts(self, field: int) -> list[str]:
        """Return the values of a text field.

        Parameters
        ----------
        field : int
            Its number.

        Returns
        -------
        list of str
            In order.
        """
        return [str(one, "utf-8", "replace") for one in self._bytes.get(field, [])]

    def messages(self, field: int) -> Iterator["Message"]:
        """Yield the values of a field of messages.

        Parameters
        ----------
        field : int
            Its number.

        Yields
        ------
        Message
            In order.
        """
        for one in self._bytes.get(field, []):
            yield Message(one, self._budget)

    def message(self, field: int, name: str) -> "Message":
        """Return the value of a field that must come once; parsers join those that come twice.

        Parameters
        ----------
        field : int
            Its number.
        name : str
            Its name, for messages.

        Returns
        -------
        Message
            The value.
        """
        found = self._bytes.get(field, [])
        if len(found) != 1:
            raise ValueError(f"it has {len(found) or 'no'} {name}")
        return Message(found[0], self._budget)


def _varint(content: memoryview, place: int) -> tuple[int, int]:
    number = 0
    for shift in range(_LONGEST_VARINT):
        if place + shift >= len(content):
            raise ValueError(_DAMAGED)
        byte = content[place + shift]
        number |= (byte & 0x7F) << (7 * shift)
        if byte < 0x80:
            return number & (2**64 - 1), place + shift + 1
    raise ValueError(_DAMAGED)
