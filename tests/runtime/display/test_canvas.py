import pytest

from samesong.runtime.display.canvas import fit, picture


@pytest.fixture
def written(tmp_path):
    """Write a text with so much room, and return what is written and how wide it is."""

    def write(text, room):
        with picture(tmp_path / "out.png", 12, 1) as figure:
            drawn = figure.text(0.1, 0.5, "")
            fit(drawn, text, room)
            return drawn.get_text(), drawn.get_window_extent().width

    return write


@pytest.mark.parametrize("text", ["W" * 80, "i" * 150, "العنوان الطويل جدا " * 5, "曲" * 60])
def test_what_is_too_long_ends_in_dots_where_there_is_no_more_room(written, text):
    found, width = written(text, 400)
    assert text.startswith(found.removesuffix("..."))
    assert found.endswith("...")
    assert 350 < width <= 400


def test_what_there_is_room_for_is_whole(written):
    assert written("A $hort title", 400)[0] == r"A \$hort title"
    assert written("i" * 60, 400)[0] == "i" * 60


def test_without_any_room_there_are_dots(written):
    assert written("A title", 1)[0] == "..."
