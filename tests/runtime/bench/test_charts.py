"""Charts of reports: what they say, and that nothing on them is in the way of something else."""

from itertools import pairwise

import pytest

from samesong.runtime.bench.charts import _DRAW

figures = pytest.importorskip("matplotlib.figure")


def drawn(report):
    """Return the figure of a report, laid out."""
    figure = figures.Figure(layout="constrained", dpi=110)
    _DRAW[report.benchmark](figure, report)
    figure.draw_without_rendering()
    return figure


@pytest.fixture
def front_ends(make_report):
    """Return the report of four front ends that take nearly as long as each other, or not."""

    def make(*times):
        rows = [
            ({"front end": f"number {i}"}, {"p50_ms": time, "p95_ms": 1.1 * time})
            for i, time in enumerate(times)
        ]
        return make_report(*rows, benchmark="frontends", settings={"seconds": 5.0})

    return make


def test_the_title_says_how_much_was_transformed(front_ends):
    title = drawn(front_ends(3.0, 4.0)).get_suptitle()
    assert title.startswith("5 s to a constant-Q spectrogram")


@pytest.mark.parametrize("times", [(3.0, 4.0), (1.0, 900.0), (28.0, 85.0, 575.0)])
def test_marks_are_plain_numbers_that_do_not_overlap(front_ends, times):
    [panel] = drawn(front_ends(*times)).axes
    assert not any(label.get_text() for label in panel.get_xticklabels(minor=True))
    low, high = panel.get_xlim()
    marks = [
        label
        for at, label in zip(panel.get_xticks(), panel.get_xticklabels(), strict=True)
        if low <= at <= high
    ]
    assert len(marks) >= 2
    assert all(float(mark.get_text()) for mark in marks)
    boxes = [mark.get_window_extent() for mark in marks]
    assert all(left.x1 < right.x0 for left, right in pairwise(boxes))


def test_values_are_beside_the_frame_and_in_the_picture(front_ends):
    figure = drawn(front_ends(1.0, 123_456.0))
    [panel] = figure.axes
    assert [text.get_text() for text in panel.texts] == ["1 to 1.10", "123456 to 135802"]
    for text in panel.texts:
        box = text.get_window_extent()
        assert panel.get_window_extent().x1 < box.x0 < box.x1 < figure.bbox.x1
