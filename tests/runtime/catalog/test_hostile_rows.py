"""Catalogs that were edited with other software, damaged, or made by strangers."""

import json
from pathlib import Path
from typing import Any

import lancedb
import pyarrow as pa
import pytest

from samesong.features.errors import CatalogError
from samesong.runtime.catalog.columns import TRACKS
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.verify import CatalogReport, verify
from samesong.runtime.catalog.writer import CatalogWriter
from samesong.runtime.inference.bundle import ModelBundle
from tests.runtime.catalog.test_reader import entry

YEAR_30000 = 9 * 10**17  # microseconds


@pytest.fixture
def location(tmp_path: Path, bundle: ModelBundle) -> Path:
    with CatalogWriter(tmp_path / "catalog", bundle) as writer:
        writer.add([entry(1, "/music/a.flac"), entry(2, "/music/b.flac")])
    return tmp_path / "catalog"


def set_value(location: Path, column: str, value: Any) -> None:
    """Change the row of the first track, as other software would."""
    table = lancedb.connect(location).open_table("tracks")
    rows = table.search().where("title = 'Title 1'").to_arrow()
    place = rows.schema.get_field_index(column)
    field = rows.schema.field(place)
    table.delete("title = 'Title 1'")
    table.add(
        rows.set_column(
            place,
            field,
            pa.array([value], pa.int64() if column == "added" else field.type).cast(field.type),
        )
    )


@pytest.mark.parametrize(
    ("column", "value"),
    [
        *(
            ("track_id", value)
            for value in ("..", ".", "", "a/b", "/etc", "a\0b", "a\n", "x" * 200)
        ),
        *(("track_id", value) for value in (None, "x" * 10_000_000, "\u202e", "caf\xe9")),
        *(("path", value) for value in (None, "", "a\0b")),
        *(("duration", value) for value in (None, float("nan"), float("inf"), -1.0)),
        *(("n_windows", value) for value in (None, -1, 2**62)),
        *(("added", value) for value in (None, YEAR_30000, 2**62)),
        ("work_id", None),
        ("heard_as", None),
        ("edited", [None]),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_a_row_that_samesong_never_writes_is_named_and_can_be_got_rid_of(
    location: Path, bundle: ModelBundle, caplog: Any, column: str, value: Any
) -> None:
    set_value(location, column, value)
    reader = Catalog(location, bundle)
    with pytest.raises(CatalogError, match=r"run 'samesong catalog verify'") as one:
        reader.tracks()
    report = verify(reader)
    [problem] = [problem for problem in report.problems if "optimize" in problem]
    assert report.n_unusable == 1
    assert "which removes it, and index its file again" in problem
    for told in (str(one.value), problem):
        assert told.isprintable()
        assert len(told) < 500
    # Whoever writes next removes it, and says so.
    with CatalogWriter(location, bundle) as writer:
        assert [track.title for track in writer.tracks()] == ["Title 2"]
        assert caplog.messages[0].startswith("track ")
        writer.add([entry(1, "/music/a.flac")])
    assert verify(Catalog(location)) == CatalogReport(2, 4, [], 0)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("title", "Another"),
        ("path", "/etc/passwd"),
        ("isrc", "GBAYE0601498"),
        ("duration", 3.0),
        ("work_id", "another"),
        ("heard_as", ["another"]),
        ("check", 0),
    ],
)
def test_verify_tells_a_row_that_was_edited(
    location: Path, bundle: ModelBundle, column: str, value: Any
) -> None:
    set_value(location, column, value)
    [problem] = verify(Catalog(location, bundle)).problems
    assert "is not what was written" in problem
    assert "remove it and index it again" in problem


def test_verify_tells_a_row_that_is_there_twice(location: Path, bundle: ModelBundle) -> None:
    table = lancedb.connect(location).open_table("tracks")
    table.add(table.search().where("title = 'Title 1'").to_arrow())
    problems = verify(Catalog(location, bundle)).problems
    assert any("is there 2 times: remove it" in problem for problem in problems)


def test_windows_of_a_track_without_a_name_are_removed(location: Path, bundle: ModelBundle) -> None:
    table = lancedb.connect(location).open_table("windows")
    rows = table.search().limit(1).to_arrow()
    rows = rows.set_column(0, rows.schema.field(0), pa.array([None], pa.string()))
    table.add(rows)
    assert verify(Catalog(location)).leftovers == 1
    CatalogWriter(location, bundle).close()
    assert verify(Catalog(location)) == CatalogReport(2, 4, [], 0)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("finer", None),
        ("finer", b""),
        ("coarsest", None),
        ("coarsest", []),
        ("start", None),
        ("start", float("nan")),
        ("end", float("inf")),
        ("end", -1.0),
        ("index", None),
        ("check", None),
    ],
)
def test_verify_tells_a_window_that_is_none(
    location: Path, bundle: ModelBundle, column: str, value: Any
) -> None:
    table = lancedb.connect(location).open_table("windows")
    rows = table.search().limit(1).to_arrow()
    place = rows.schema.get_field_index(column)
    field = rows.schema.field(place)
    table.delete(f"track_id = '{rows['track_id'][0]}' AND index = {rows['index'][0]}")
    table.add(rows.set_column(place, field, pa.array([value], field.type)))
    problems = verify(Catalog(location, bundle)).problems
    assert problems
    assert all("index it again" in one and one.isprintable() for one in problems)


def made_anew(location: Path, schema: pa.Schema, **changes: Any) -> None:
    database = lancedb.connect(location)
    metadata = database.open_table("tracks").schema.metadata
    model = json.loads(metadata[b"samesong"]) | changes
    database.drop_table("tracks")
    new = schema.with_metadata({**metadata, b"samesong": json.dumps(model).encode()})
    database.create_table("tracks", schema=new)


@pytest.mark.parametrize(
    "changes",
    [
        {"steps": 2**62},
        {"steps": "3"},
        {"dim": -1},
        {"dim": 33},
        {"dim": None},
        {"name": "x" * 10_000},
        {"name": "a\nb"},
        {"fingerprint": 7},
        {"front_end": {}},
        {"front_end": None},
        {"format": float("nan")},
        {"format": "x" * 10_000},
        {"format": 10**30},
    ],
    ids=lambda changes: repr(changes)[:30],
)
def test_a_model_that_is_none_is_refused(location: Path, changes: dict[str, Any]) -> None:
    made_anew(location, TRACKS, **changes)
    with pytest.raises(CatalogError) as caught:
        Catalog(location)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 500


def test_tables_with_other_columns_are_refused(location: Path) -> None:
    for schema in (TRACKS.remove(0), TRACKS.set(0, pa.field("track_id", pa.int64()))):
        made_anew(location, schema)
        with pytest.raises(CatalogError, match="its tracks have a column 'track_id' of type"):
            Catalog(location)
