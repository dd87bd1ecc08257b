"""Answers and comparisons in HTML, as notebooks show them below a cell."""

from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from samesong.features.errors import MissingExtraError
from samesong.runtime.display.canvas import inline_picture
from samesong.runtime.display.html_table import html_table
from samesong.runtime.display.text import percent, semitones, span, tempo
from samesong.runtime.identification.csm_panels import draw_csms

if TYPE_CHECKING:
    from samesong.runtime.identification.comparison import Comparison
    from samesong.runtime.identification.ranking import Match

_HEADERS = ("", "prob.", "title", "artist", "key", "tempo", "in query", "in track")


def matches_html(caption: str, matches: "Iterable[Match]") -> str:
    """Return matches as a table.

    Parameters
    ----------
    caption : str
        Its caption.
    matches : iterable of Match
        One a row.

    Returns
    -------
    str
        HTML.
    """
    rows = (
        (
            one.rank,
            percent(one.probability),
            one.title,
            one.artist,
            semitones(one.key_shift),
            tempo(one.tempo_ratio),
            span(one.query_span),
            span(one.reference_span),
        )
        for one in matches
    )
    return html_table(caption, _HEADERS, rows)


def comparison_html(comparison: "Comparison") -> str:
    """Return a comparison as a table, and with matplotlib also its CSMs.

    Parameters
    ----------
    comparison : Comparison
        The comparison.

    Returns
    -------
    str
        HTML.
    """
    alignment = comparison.alignment
    rows = (
        ("A", comparison.paths[0]),
        ("B", comparison.paths[1]),
        ("pair probability", percent(comparison.pair_probability)),
        ("semitones of A above B", semitones(alignment.key_shift)),
        ("tempo of A beside B", tempo(alignment.tempo_ratio)),
        ("matching part of A", span(alignment.query_span)),
        ("matching part of B", span(alignment.reference_span)),
    )
    shown = html_table("The same song" if comparison.same else "Not the same song", (), rows)
    made: list[str] = []
    with (
        suppress(MissingExtraError),  # the table says all but what it looks like
        inline_picture(3.4 * len(comparison.csms), 3.6, made) as figure,
    ):
        draw_csms(figure, comparison)
    return "\n".join((shown, *made))
