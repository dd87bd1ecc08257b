import pyarrow as pa

from samesong.runtime.catalog.columns import FORMAT, TRACKS, windows_schema


def test_the_tables_of_this_format_are_these() -> None:
    """Whoever changes a column changes the format, or catalogs on disk are misread."""
    assert FORMAT == 7
    text, utc = pa.string(), pa.timestamp("us", tz="UTC")
    columns = dict(zip(TRACKS.names, TRACKS.types, strict=True))
    assert columns == {
        **dict.fromkeys(("track_id", "content_hash", "path", "title", "artist"), text),
        **dict.fromkeys(("album", "isrc", "iswc"), text),
        **dict.fromkeys(("audio_hash", "mb_work_id", "mb_recording_id", "work_code"), text),
        **dict.fromkeys(("work_id", "work_by_hand", "work_title", "work_reason", "twin_of"), text),
        "split_from": text,
        **dict.fromkeys(("edited", "heard_as"), pa.list_(text)),
        "duration": pa.float64(),
        **dict.fromkeys(("n_windows", "size", "modified"), pa.int64()),
        **dict.fromkeys(("added", "listened"), utc),
        "check": pa.uint32(),
    }
    assert windows_schema(8).names == [
        *("track_id", "index", "start", "end", "finer", "coarsest", "check"),
    ]
