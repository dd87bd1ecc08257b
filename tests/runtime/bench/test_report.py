"""Reports: their JSON and their tables."""

import json

import pytest

from samesong.features.errors import BenchmarkError
from samesong.runtime.bench.machine import cpu_model, describe_machine
from samesong.runtime.bench.report import Report, figure, table


def test_a_report_comes_back_from_its_file(make_report, tmp_path):
    report = make_report(({"stage": "decode", "threads": 1}, {"p50_ms": 1.5}), skipped={"x": "y"})
    report.save(tmp_path / "out.json")
    assert Report.load(tmp_path / "out.json") == report
    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]


def test_the_structure_of_the_json(make_report):
    content = make_report(({"stage": "decode"}, {"p50_ms": 1.5})).to_dict()
    assert list(content) == [
        "schema",
        "benchmark",
        "created",
        "machine",
        "settings",
        "rows",
        "skipped",
    ]
    assert content["rows"] == [{"case": {"stage": "decode"}, "values": {"p50_ms": 1.5}}]
    json.dumps(content)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", r"is not a report \(it is empty\)"),
        ("[]", "is not a report: give a file"),
        ('{"schema": 99}', "schema 99, but this version reads 1"),
        ('{"schema": 1}', "lacks 'rows'"),
        ('{"schema": 1, "rows": [{"case": {}, "values": {"p50_ms": "fast"}}]}', "p50_ms is 'fast'"),
        ('{"schema": 1, "rows": [{"case": {}, "values": {"p50_ms": NaN}}]}', "p50_ms is nan"),
        ('{"schema": 1, "rows": [{"case": {}, "values": {"p50_ms": 1e999}}]}', "p50_ms is inf"),
    ],
)
def test_what_is_no_report_is_refused(tmp_path, content, message):
    path = tmp_path / "in.json"
    path.write_text(content)
    with pytest.raises(BenchmarkError, match=message):
        Report.load(path)


def test_a_missing_report_is_refused(tmp_path):
    with pytest.raises(BenchmarkError, match=r"nowhere\.json cannot be read"):
        Report.load(tmp_path / "nowhere.json")


def test_a_table_has_a_column_for_every_name(make_report):
    report = make_report(
        ({"stage": "decode"}, {"p50_ms": 1234.6}), ({"stage": "csm"}, {"recall": 0.98765})
    )
    headers, cells = table(report.rows)
    assert headers == ["stage", ">p50 ms", ">recall"]
    assert cells == [["decode", "1235", None], ["csm", None, "0.988"]]


def test_figures_have_three_digits_that_count():
    values = (1234.6, 23.45, 0.98765, 0.0123456, 40.0, 0.0, 1_000_000.0)
    assert [figure(value) for value in values] == [
        "1235",
        "23.4",
        "0.988",
        "0.0123",
        "40",
        "0",
        "1000000",
    ]


def test_the_machine_is_described():
    machine = describe_machine()
    assert machine["cpu"]
    assert machine["cores"] >= 1
    assert machine["memory_gb"] > 0
    assert {"samesong", "numpy", "lancedb"} <= set(machine["versions"])


def test_a_processor_without_a_name_is_its_architecture(tmp_path):
    info = tmp_path / "cpuinfo"
    info.write_text("processor: 0\nmodel name\t: Abacus 3000\nmodel name\t: other\n")
    assert cpu_model(info) == "Abacus 3000"
    assert cpu_model(tmp_path / "missing")
