"""What counts as worse."""

import pytest

from samesong.features.errors import BenchmarkError
from samesong.runtime.bench.compare import compare_reports
from samesong.runtime.bench.report import figure

DECODE, BRANCH = {"stage": "decode"}, {"stage": "branch"}


def test_time_that_grows_and_recall_that_falls_are_regressions(make_report):
    old = make_report((DECODE, {"p50_ms": 10.0, "recall_10": 0.9, "p95_ms": 20.0}))
    new = make_report((DECODE, {"p50_ms": 15.0, "recall_10": 0.6, "p95_ms": 10.0}))
    found = compare_reports(old, new, tolerance=1.2)
    assert [(c.name, c.ratio) for c in found.changes] == [
        ("p50_ms", 1.5),
        ("recall_10", pytest.approx(1.5)),
        ("p95_ms", 0.5),
    ]
    assert {change.name for change in found.regressions} == {"p50_ms", "recall_10"}


def test_a_change_of_the_tolerance_exactly_is_none(make_report):
    old, new = (make_report((DECODE, {"p50_ms": value})) for value in (10.0, 12.5))
    assert not compare_reports(old, new, tolerance=1.25).regressions
    assert compare_reports(old, new, tolerance=1.2).regressions


def test_the_slowest_round_is_not_judged(make_report):
    old, new = (
        make_report((DECODE, {"p99_ms": value, "n_queries": value, "p50_ms": 1.0}))
        for value in (1.0, 100.0)
    )
    assert [change.name for change in compare_reports(old, new).changes] == ["p50_ms"]


def test_what_falls_to_nothing(make_report):
    old = make_report((DECODE, {"recall": 0.5, "agreement": 0.0, "p50_ms": 0.0}))
    new = make_report((DECODE, {"recall": 0.0, "agreement": 0.0, "p50_ms": 0.0}))
    ratios = {change.name: change.ratio for change in compare_reports(old, new).changes}
    assert ratios == {"recall": float("inf"), "agreement": 1.0, "p50_ms": 1.0}
    assert figure(ratios["recall"]) == "inf"


def test_cases_of_one_report_alone_are_named(make_report):
    old = make_report((DECODE, {"p50_ms": 1.0}), (BRANCH, {"p50_ms": 1.0}))
    new = make_report((DECODE, {"p50_ms": 1.0}), ({"stage": "csm"}, {"p50_ms": 1.0}))
    found = compare_reports(old, new)
    assert found.only_old == (BRANCH,)
    assert found.only_new == ({"stage": "csm"},)


def test_another_machine_is_noticed(make_report):
    rows = (DECODE, {"p50_ms": 1.0})
    other = make_report(rows, machine={"cpu": "slide rule", "cores": 2})
    assert compare_reports(make_report(rows), other).other_machine
    assert not compare_reports(other, other).other_machine


def test_reports_that_have_nothing_in_common_are_refused(make_report):
    latency = make_report((DECODE, {"p50_ms": 1.0}))
    with pytest.raises(BenchmarkError, match=r"'latency'.*'peers'"):
        compare_reports(latency, make_report((DECODE, {"p50_ms": 1.0}), benchmark="peers"))
    with pytest.raises(BenchmarkError, match="no case in common"):
        compare_reports(latency, make_report((BRANCH, {"p50_ms": 1.0})))


def test_the_command_says_what_is_worse(here, make_report, tmp_path):
    for name, value in (("old", 10.0), ("new", 20.0)):
        make_report((DECODE, {"p50_ms": value})).save(tmp_path / f"{name}.json")
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    worse = here("bench", "compare", old, new, code=1)
    assert worse.stdout.splitlines()[1].split() == ["decode", "p50_ms", "10", "20", "2", "WORSE"]
    assert worse.stdout.endswith("1 of 1 figure is worse by more than 1.25\n")
    assert "WORSE" not in here("bench", "compare", new, old).stdout
    assert "WORSE" not in here("bench", "compare", old, new, "--tolerance", 3).stdout
    assert here("bench", "compare", old, tmp_path, code=2).stderr.startswith("samesong: ")
