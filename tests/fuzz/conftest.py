"""The fuzzer is a benchmark, of which the tests run a share."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
