"""A report is the same whether this process makes it or another, and so is what is refused."""

import json
from typing import Any

import pytest

from samesong.features.errors import SetlistError
from samesong.runtime.reports.formats import FORMATS
from samesong.runtime.server.problems import problem_of
from samesong.runtime.server.report import report_of_json

HERE, ELSEWHERE = {"long": 2**30}, {"long": 0}


def setlist(**fields: Any) -> bytes:
    songs = [{"start": 0.0, "end": 60.0}, {"start": 70.0, "end": 100.0}]
    whole = {"schema": 3, "recording": "Caf\u00e9 \ud800.flac", "duration": 120.0, "songs": songs}
    return json.dumps({**whole, **fields}).encode()


@pytest.mark.parametrize("form", ["csv", "html"])
def test_another_process_makes_the_same_report(form: str) -> None:
    here, elsewhere = (report_of_json(setlist(), form, **where) for where in (HERE, ELSEWHERE))
    assert elsewhere == here
    assert here.name.endswith(FORMATS[form].suffix)
    assert here.content


@pytest.mark.parametrize("body", [b"{", setlist(duration="long")])
def test_another_process_refuses_the_same(body: bytes) -> None:
    told = []
    for where in (HERE, ELSEWHERE):
        with pytest.raises(SetlistError) as refused:
            report_of_json(body, "csv", **where)
        told.append(str(refused.value))
        assert problem_of(refused.value).status == 422
    assert told[0] == told[1]


def test_too_little_memory_is_no_defect() -> None:
    problem = problem_of(MemoryError("Unable to allocate 5.6 GiB"))
    assert (problem.status, problem.code) == (507, "memory")
    assert "send a shorter recording" in problem.detail
    assert problem.response().headers["Retry-After"] == "60"
