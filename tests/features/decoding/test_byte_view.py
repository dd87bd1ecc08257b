"""A part of a file reads as a file of its own, wherever one looks in it."""

from io import FileIO

from samesong.features.decoding.byte_view import ByteView


def test_nothing_is_beyond_the_end_however_far(save):
    with FileIO(save("a", b"0123456789")) as file:
        view = ByteView(file, 2, 8, {3: b"xy"})
        assert view.read() == b"2xy567"
        for place in (6, 100, 2**48, 2**63 - 1, 2**64):
            view.seek(place)
            assert view.read(10) == b""
            assert view.tell() == place
        view.seek(-1, 2)
        assert view.read() == b"7"
