"""Write a set list in the formats that other programs load."""

from samesong.runtime.reports.csv_ import write_csv
from samesong.runtime.reports.json_ import schema, write_json
from samesong.runtime.reports.report_format import ReportFormat

__all__ = ["FORMATS", "ReportFormat", "schema"]

FORMATS = {
    report.name: report
    for report in (
        ReportFormat("json", "application/json", ".json", "for programs", write_json),
        ReportFormat("csv", "text/csv", ".csv", "for spreadsheets", write_csv),
    )
}
"""The formats, by name."""
