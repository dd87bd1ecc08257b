"""Changes of the rows of a LanceDB table, each in one step that readers see whole or not at all."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import pyarrow as pa

from samesong.runtime.catalog.lance import is_one_of

_IDS_PER_DELETE = 500


def upsert_rows(
    table: Any, key: Sequence[str], rows: pa.Table, without: Sequence[str] = ()
) -> None:
    """Add rows to a table, those with the key of another in its place.

    Parameters
    ----------
    table : lancedb.table.Table
        The table.
    key : sequence of str
        Columns that are the key.
    rows : pyarrow.Table
        The rows.
    without : sequence of str, optional
        track_ids of rows to delete in the same step.
    """
    merge = table.merge_insert(list(key)).when_matched_update_all().when_not_matched_insert_all()
    if without:
        merge = merge.when_not_matched_by_source_delete(is_one_of(without))
    merge.execute(rows)


def update_rows(table: Any, rows: pa.Table, without: Sequence[str] = ()) -> None:
    """Update the rows of tracks, and delete those of others in the same step.

    Parameters
    ----------
    table : lancedb.table.Table
        The table.
    rows : pyarrow.Table
        Rows of tracks that the table has.
    without : sequence of str, optional
        track_ids of rows to delete, some hundreds at most.
    """
    if rows.num_rows:
        merge = table.merge_insert("track_id").when_matched_update_all()
        if without:
            merge = merge.when_not_matched_by_source_delete(is_one_of(without))
        merge.execute(rows)
    elif without:
        table.delete(is_one_of(without))


def delete_rows(table: Any, track_ids: Iterable[str]) -> None:
    """Delete the rows of tracks, in as many steps as it takes.

    Parameters
    ----------
    table : lancedb.table.Table
        The table.
    track_ids : iterable of str
        The tracks.
    """
    for ids in portions(track_ids):
        table.delete(is_one_of(ids))


def portions(track_ids: Iterable[str]) -> Iterator[list[str]]:
    """Yield track_ids, as many at a time as one condition may name.

    Parameters
    ----------
    track_ids : iterable of str
        The tracks.

    Yields
    ------
    list of str
        Some hundreds.
    """
    remaining = iter(track_ids)
    while ids := list(islice(remaining, _IDS_PER_DELETE)):
        yield ids
