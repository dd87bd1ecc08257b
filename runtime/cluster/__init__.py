"""Analysing files, searching, and making set lists on a Ray cluster."""

import os

# Ray reads these when it is imported. It would tell of dead workers on standard output, where the
# results of a command are, and send what it counts to its makers.
os.environ.setdefault("RAY_DEDUP_LOGS", "1")
os.environ.setdefault("RAY_DEDUP_LOGS_SKIP_REGEX", ".*")
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
os.environ.setdefault("RAY_SERVE_LOG_TO_STDERR", "0")

# How soon Serve learns that questions wait; by default it takes ten seconds.
os.environ.setdefault("RAY_SERVE_HANDLE_AUTOSCALING_METRIC_PUSH_INTERVAL_S", "2")
