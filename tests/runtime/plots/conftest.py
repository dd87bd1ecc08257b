"""Looking at pictures: their size, and whether anything is cut off at their edge."""

import pytest

matplotlib = pytest.importorskip("matplotlib")


@pytest.fixture
def looked_at():
    """Read a PNG and return its pixels (height, width, 4), once nothing touches its edge."""
    from matplotlib.image import imread

    def look(path):
        pixels = imread(path, format="png")
        edge = [pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]]
        assert all((side == 1).all() for side in edge), "something is cut off"
        assert (pixels[..., :3] < 0.5).any(), "nothing is drawn"
        return pixels

    return look
