"""The page about millions of tracks is what its JSON makes of it."""

import json

from scaling import PAGE, PICTURE, RESULTS
from scaling_page import filled, tables


def test_the_tables_are_those_of_the_results():
    results = json.loads(RESULTS.read_text("utf-8"))
    page = PAGE.read_text("utf-8")
    assert filled(page, tables(results)) == page


def test_the_picture_is_small_enough_for_the_repository():
    assert PICTURE.stat().st_size < 200_000
