"""Damaged files of every format are decoded or refused in one line, as they are for users."""

import subprocess
import sys
from pathlib import Path

import pytest
from trust_examination import examine
from trust_fuzz import measure_fuzz
from trust_mutations import make_case
from trust_seeds import make_seeds

from samesong.features.decoding.formats import FORMATS
from samesong.runtime.isolation.reader import IsolatedReader
from samesong.runtime.isolation.workers import Workers

SEED = 1
CASES = 1500
"""Of thousands that are tried by hand: `python benchmarks/trust.py fuzz`."""
TINY_BUNDLE = Path(__file__).parents[1] / "data" / "tiny_bundle"


@pytest.mark.parametrize("seed", [SEED])
def test_damaged_files_are_decoded_or_refused(seed: int, tmp_path: Path) -> None:
    result = measure_fuzz(seed, cases=CASES, keep=tmp_path)
    assert result.failures() == []
    assert result.cases == result.decoded + result.refused == CASES
    assert len(result.formats) >= len(FORMATS)
    # Neither damages next to nothing, nor leaves nothing to decode.
    assert min(result.decoded, result.refused) > CASES / 5


def test_a_case_is_the_same_each_time() -> None:
    seeds = make_seeds()
    assert seeds == make_seeds()
    cases = [make_case(SEED, number, seeds) for number in range(200)]
    assert cases == [make_case(SEED, number, seeds) for number in range(200)]
    assert len({case.data for case in cases}) > 190
    assert cases != [make_case(SEED + 1, number, seeds) for number in range(200)]


def test_sound_files_have_no_fault(tmp_path: Path) -> None:
    with Workers() as workers:
        for seed in make_seeds():
            path = tmp_path / f"sound{seed.suffix}"
            path.write_bytes(seed.data)
            found = examine(IsolatedReader(workers), path)
            assert (seed.name, found.faults, found.refusal) == (seed.name, [], "")


def test_damaged_files_stop_no_other(tmp_path: Path) -> None:
    """Nor what they do to a process, since this one has no workers."""
    seeds, music, catalog = make_seeds(), tmp_path / "music", tmp_path / "catalog"
    music.mkdir()
    for number in range(100):
        case = make_case(SEED, number, seeds)
        (music / f"{number}{case.suffix}").write_bytes(case.data)
    samesong = Path(sys.executable).with_name("samesong")
    index = [samesong, "index", catalog, music, "--model", TINY_BUNDLE]
    done = subprocess.run(index, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    assert "Traceback" not in done.stderr
    verify = [samesong, "catalog", "verify", catalog]
    assert subprocess.run(verify, capture_output=True, check=False).returncode == 0
