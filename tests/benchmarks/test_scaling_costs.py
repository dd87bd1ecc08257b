"""What catalogs cost, by round unit costs."""

import math

import pytest
from scaling_costs import Catalog, UnitCosts, peak_rate, queries_a_month, windows_per_track
from scaling_page import filled

from samesong.runtime.identification.candidates import SCANNED, SHARE

NAMES = (
    "centroid_per_window",
    "coarse_outline_per_window",
    "outlines_per_query_window",
    "shortlist_per_query_window",
    "pair",
    "decode_per_minute",
    "encode_track_per_minute",
    "encode_query_per_minute",
    "by_ear_per_track",
)


def costs(**ms):
    return UnitCosts(
        {
            "windows": 10_000,
            "cpu_ms": {name: {"median": ms.get(name, 0.0), "rounds": [1.0]} for name in NAMES},
            "bytes": {
                "rows_per_window": 1e4,
                "row_per_track": 0,
                "index_per_window_in_memory": 1e3,
                "track_in_writer": 1e3,
            },
            "search": {"pairs_per_query_window": 100, "finalists": 128},
            "commit": [{"wall_ms_per_track": 36.0, "optimize_cpu_ms_per_window": 1.2}],
        },
        {"requests_per_query": 10.0},
    )


SETTINGS = {
    "tracks": {"seconds": [240]},
    "machine": {"cores": 10, "memory_gb": 64, "busy": 0.5, "scan_seconds": 0.5, "replicas": 2},
    "prices": {
        "core_hour": 0.5,
        "memory_gb_month": 2,
        "object_gb_month": 0.25,
        "get_million": 1,
    },
    "load": {
        "concerts": 60,
        "concert_hours": 1,
        "evening_hours": 1,
        "evenings_a_month": 10,
        "streams": 30,
        "stream_seconds": 30,
    },
}


def test_tracks_are_cut_as_by_indexing():
    assert windows_per_track([60]) == 1
    assert windows_per_track([240]) == 3
    assert windows_per_track([60, 240]) == 2
    assert windows_per_track([246]) == 4
    assert windows_per_track([245]) == 3


def test_all_are_compared_up_to_a_number_and_a_share_of_more():
    made = costs(coarse_outline_per_window=1.0)
    assert made.coarse_ms(1000) == 1000
    assert made.coarse_ms(2 * SCANNED) == SCANNED
    assert made.coarse_ms(100 * SCANNED) == 100 * SCANNED / SHARE


def test_a_search_is_the_sum_of_its_stages():
    ms = {"outlines_per_query_window": 5.0, "shortlist_per_query_window": 7.0, "pair": 2.0}
    made = costs(centroid_per_window=0.5, **ms)
    assert made.search_ms(100) == 50 + 5 + 7 + 200


def test_listening_grows_with_the_catalog_from_what_was_measured():
    made = costs(centroid_per_window=1e-3, by_ear_per_track=15.0)
    assert made.by_ear_ms(10_000) == pytest.approx(15)
    assert made.by_ear_ms(110_000) == pytest.approx(115)


def test_a_minute_of_a_concert_is_searched_for_every_quarter_of_a_minute():
    assert peak_rate(SETTINGS["load"]) == pytest.approx(60 * 120 / 3600 + 1)
    assert queries_a_month(SETTINGS["load"]) == pytest.approx(60 * 120 * 10 + 730 * 3600)


def test_a_million_tracks():
    made = costs(decode_per_minute=6.0, encode_track_per_minute=3.0, encode_query_per_minute=4.0)
    catalog = Catalog(1_000_000, SETTINGS, made)
    assert catalog.windows == 3e6
    assert catalog.rows_gb == pytest.approx(30)
    assert catalog.index_gb == pytest.approx(3)
    assert catalog.writer_gb == pytest.approx(1)
    assert catalog.analysis_hours == pytest.approx(4e6 * 9 / 3.6e6)
    assert catalog.commit_hours == pytest.approx(10)
    assert catalog.optimize_hours == pytest.approx(1)
    assert catalog.query_ms == pytest.approx(20)
    assert catalog.cores == pytest.approx(3 * 0.02 / 0.5)
    assert (catalog.shards, catalog.replicas) == (1, 2)
    dollars = catalog.dollars()
    assert dollars["analysis"] == pytest.approx(5)
    assert dollars["storage"] == pytest.approx(7.5)
    assert dollars["memory"] == pytest.approx(12)
    month = sum(dollars[name] for name in ("storage", "memory", "queries", "requests"))
    assert dollars["month"] == pytest.approx(month)


def test_shards_are_as_many_as_memory_or_time_asks_for():
    assert Catalog(20_000_000, SETTINGS, costs()).shards == math.ceil(60 / 32)
    slow = costs(centroid_per_window=0.01)  # 30 s of a window, 5 s on a machine's cores in half
    assert Catalog(1_000_000, SETTINGS, slow).shards == 6


def test_replicas_are_as_many_as_the_load_asks_for():
    catalog = Catalog(1_000_000, SETTINGS, costs(centroid_per_window=0.01))
    assert catalog.cores == pytest.approx(3 * 30 / 0.5)
    assert catalog.replicas == 3


def test_tables_take_their_places_in_the_page():
    page = "a\n<!-- table: x -->\nold\n<!-- end -->\nb\n<!-- table: y -->\n<!-- end -->\n"
    made = filled(page, {"x": "| 1 |", "y": "| 2 |"})
    assert "old" not in made
    assert made.split("\n\n")[1::2] == ["| 1 |", "| 2 |"]
    assert filled(made, {"x": "| 1 |", "y": "| 2 |"}) == made
    with pytest.raises(ValueError, match=r"places for \['x', 'y'\]"):
        filled(page, {"x": ""})
