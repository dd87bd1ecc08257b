"""How many threads NumPy's products take."""

import subprocess
import sys

import pytest

ASK = """
import os, sys
from samesong.runtime import cli
cli.main(["--version"])
assert "numpy" not in sys.modules
print(os.environ["OPENBLAS_NUM_THREADS"])
"""


@pytest.mark.parametrize(("given", "taken"), [({}, "1"), ({"OPENBLAS_NUM_THREADS": "3"}, "3")])
def test_one_unless_told_otherwise(given: dict[str, str], taken: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ASK], capture_output=True, check=True, env=given, text=True
    )
    assert done.stdout.splitlines()[-1] == taken
