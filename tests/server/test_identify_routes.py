"""Uploads are identified and compared; what cannot be is refused with a word on what to do."""

import base64
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

RATE = 22_050


def test_identify(server: Any, music: Path) -> None:
    answer = server.send("/v1/identify?top=3", music / "Song 2.flac")
    assert answer.status_code == 200, answer.text
    ranking = answer.json()
    assert ranking["query"] == "Song 2.flac"
    assert [match["rank"] for match in ranking["matches"]] == [1, 2, 3]
    assert ranking["matches"][0]["title"] == "Song 2"
    assert server.leftovers() == []
