"""Progress that cannot be written ends no work."""

import json
from pathlib import Path
from typing import Any

import pytest

from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.verify import verify


@pytest.fixture(scope="module")
def one_song(tmp_path_factory: pytest.TempPathFactory, write_song: Any) -> Path:
    return Path(write_song(tmp_path_factory.mktemp("music") / "song.wav", 1, seconds=2.0))


@pytest.mark.parametrize("redirected", ["2>/dev/full", "<&- 2>&-"])
def test_indexing_without_a_place_for_progress(
    samesong: Any, model: list[str], one_song: Path, tmp_path: Path, redirected: str
) -> None:
    before = ["sh", "-c", f'exec "$@" {redirected}', "sh"]
    missing = tmp_path / "missing.wav"
    report = samesong(
        "index", tmp_path / "catalog", one_song, missing, *model, "--json", code=1, before=before
    )
    statuses = [file["status"] for file in json.loads(report.stdout)["files"]]
    assert statuses == ["added", "failed"]
    # What was written to standard error is not in a file that took its number.
    assert verify(Catalog(tmp_path / "catalog")).problems == []
    assert (tmp_path / "catalog" / ".writer.lock").read_bytes() == b""


def test_a_result_that_cannot_be_written_is_an_error(samesong: Any) -> None:
    before = ["sh", "-c", 'exec "$@" >/dev/full', "sh"]
    assert "No space left" in samesong("models", "--json", code=2, before=before).stderr


def test_nothing_is_said_where_everything_is_closed(samesong: Any) -> None:
    samesong("models", before=["sh", "-c", 'exec "$@" >&- 2>&-', "sh"])
