"""The store of answers, where requests come while an answer is being recorded."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from samesong.runtime.server.answer_store import AnswerStore
from samesong.runtime.server.upload_form import Upload


def test_an_answer_that_ends_while_it_is_read_is_not_taken_for_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = AnswerStore(tmp_path / "answers", tmp_path / "spare", 9, 10**6)
    with store.new() as (id_, folder):
        audio = folder / "song.flac"
        audio.touch()
        store.begin(id_, Upload("song.flac", audio), {})
    read: Callable[[str], Any] = store._read

    def ends_meanwhile(asked: str) -> Any:
        found = read(asked)
        monkeypatch.undo()
        store.finish(asked, state="done", result={})
        return found

    monkeypatch.setattr(store, "_read", ends_meanwhile)
    assert store.get(id_)["state"] == "running"
    assert store.get(id_)["state"] == "done"


def test_one_that_no_server_works_on_any_more_has_failed(tmp_path: Path) -> None:
    store = AnswerStore(tmp_path / "answers", tmp_path / "spare", 9, 10**6)
    with store.new() as (id_, folder):
        audio = folder / "song.flac"
        audio.touch()
        store.begin(id_, Upload("song.flac", audio), {})
    after = AnswerStore(tmp_path / "answers", tmp_path / "spare", 9, 10**6).get(id_)
    assert (after["state"], after["problem"]["code"]) == ("failed", "stopping")
