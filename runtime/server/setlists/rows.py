"""Set lists as rows of their database."""

import json
import sqlite3
import time
from datetime import UTC, datetime
from typing import Any

from samesong.runtime.server.problems import ProblemError
from samesong.runtime.server.setlists.kept import KeptSetlist


def find(connection: sqlite3.Connection | None, id_: str) -> KeptSetlist:
    """Read a set list.

    Parameters
    ----------
    connection : sqlite3.Connection or None
        The database; None if there is none yet.
    id_ : str
        Id of the list.

    Returns
    -------
    KeptSetlist
        The list, without audio that is too old.

    Raises
    ------
    ProblemError
        If it was deleted, or never there.
    """
    query = "SELECT content, deleted FROM setlists WHERE id = ?"
    row = None if connection is None else connection.execute(query, [id_]).fetchone()
    if row is None:
        raise ProblemError(
            404, "no-setlist", f"no set list {id_!r} is kept here: is the link complete?"
        )
    if row["deleted"] is not None:
        day = datetime.fromtimestamp(row["deleted"], UTC).date()
        raise ProblemError(
            410, "deleted", f"this set list was deleted by the one who made it, on {day}"
        )
    kept = KeptSetlist.from_json(row["content"])
    is_over = kept.audio_until is not None and kept.audio_until < time.time()
    return kept.without_audio() if is_over else kept


def insert(connection: sqlite3.Connection, kept: KeptSetlist, waveform: str | None) -> None:
    """Add a set list.

    Parameters
    ----------
    connection : sqlite3.Connection
        The database.
    kept : KeptSetlist
        The list.
    waveform : str or None
        The loudness of its recording in JSON.
    """
    connection.execute(
        "INSERT INTO setlists VALUES (:id, :owner, :created, :etag, :summary, :content, "
        ":waveform, :audio_until, NULL)",
        {**_row(kept), "owner": kept.owner, "created": kept.created, "waveform": waveform},
    )


def update(connection: sqlite3.Connection, kept: KeptSetlist) -> None:
    """Replace a set list.

    Parameters
    ----------
    connection : sqlite3.Connection
        The database.
    kept : KeptSetlist
        The list as it is to be.
    """
    connection.execute(
        "UPDATE setlists SET etag = :etag, summary = :summary, content = :content, "
        "audio_until = :audio_until WHERE id = :id",
        _row(kept),
    )


def _row(kept: KeptSetlist) -> dict[str, Any]:
    return {
        "id": kept.id,
        "etag": kept.etag,
        "summary": json.dumps(kept.summary()),
        "content": kept.to_json(),
        "audio_until": kept.audio_until,
    }
