import pyarrow as pa

from samesong.runtime.catalog.columns import FORMAT, TRACKS, windows_schema


def test_the_tables_of_this_format_are_these() -> None:
    """Whoever changes a column changes the format, or catalogs on disk are misread."""
    assert FORMAT == 5
    text, utc = pa.string(), pa.timestamp("us", tz="UTC")
    columns = dict(zip(TRACKS.names, TRACKS.types, strict=True))
    assert columns == {
        **dict.fromkeys(("track_id", "content_hash", "path", "title", "artist"), text),
        **dict.fromkeys(("album", "isrc", "iswc"), text),
        "duration": pa.float64(),
        "n_windows": pa.int32(),
        "added": utc,
    }
    assert windows_schema(8).names == [
        *("track_id", "index", "start", "end", "finer", "coarsest", "check"),
    ]
