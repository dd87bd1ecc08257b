"""Write a set list in the formats that other programs load."""

from samesong.runtime.reports.audacity import write_audacity
from samesong.runtime.reports.csv_ import write_csv
from samesong.runtime.reports.cue import write_cue
from samesong.runtime.reports.html_ import write_html
from samesong.runtime.reports.json_ import schema, write_json
from samesong.runtime.reports.m3u import write_m3u
from samesong.runtime.reports.report_format import ReportFormat

__all__ = ["FORMATS", "ReportFormat", "schema"]

FORMATS = {
    report.name: report
    for report in (
        ReportFormat("json", "application/json", ".json", "for programs", write_json),
        ReportFormat("csv", "text/csv", ".csv", "for spreadsheets and filing", write_csv),
        ReportFormat("cue", "application/x-cue", ".cue", "for players", write_cue, plays=True),
        ReportFormat("audacity", "text/plain", ".txt", "labels for Audacity", write_audacity),
        ReportFormat(
            "m3u",
            "audio/x-mpegurl",
            ".m3u8",
            "playlist for VLC",
            write_m3u,
            plays=True,
            also=(".m3u",),
        ),
        ReportFormat("html", "text/html", ".html", "to print and to file", write_html),
    )
}
"""The formats, by name."""
