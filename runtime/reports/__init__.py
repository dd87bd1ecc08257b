"""Reports: a set list written in the formats that other programs load.

A format is one module, which defines a `samesong.runtime.reports.report_format.ReportFormat`, and
one line in `samesong.runtime.reports.formats`, which lists them.
"""
