"""Damaged files through the door that strangers' files take: workers with limits."""

import math
import multiprocessing
import os
import resource
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from trust_examination import Examination, examine
from trust_mutations import Case, make_case
from trust_seeds import make_seeds

from samesong.runtime.isolation.reader import IsolatedReader
from samesong.runtime.isolation.workers import Workers

MOST_SECONDS = 20.0
"""Processor time that a file of some kB may take."""
MOST_MEMORY = 1000.0
"""Megabytes that a worker may take, its program included."""


@dataclass
class FuzzResult:
    """What came of many damaged files.

    Attributes
    ----------
    seed, cases : int
        The cases that were tried: from 0 on.
    decoded, refused : int
        How many ended so.
    minutes : float
        Time that they took.
    slowest : tuple of float and str
        Seconds of processor time that the slowest case took, and which it was.
    memory : float
        Megabytes that a worker took at most.
    faults : dict of str to list of str
        What should not have been, by the case's number and story.
    formats : dict of str to int
        Cases by the file that they were made of.
    """

    seed: int
    cases: int = 0
    decoded: int = 0
    refused: int = 0
    minutes: float = 0.0
    slowest: tuple[float, str] = (0.0, "")
    memory: float = 0.0
    faults: dict[str, list[str]] = field(default_factory=dict)
    formats: dict[str, int] = field(default_factory=dict)

    def failures(self) -> list[str]:
        """Return what did not hold.

        Returns
        -------
        list of str
            Empty if all did.
        """
        found = [f"case {case}: {'; '.join(faults)}" for case, faults in self.faults.items()]
        if self.memory > MOST_MEMORY:
            found.append(f"a worker took {self.memory:.0f} MB")
        return found


def measure_fuzz(
    seed: int,
    *,
    cases: int | None = None,
    minutes: float | None = None,
    jobs: int = 1,
    keep: Path | None = None,
) -> FuzzResult:
    """Damage files and read them.

    Parameters
    ----------
    seed : int
        With the number of a case, it says all about it.
    cases : int, optional
        Their number; by default as many as the time allows.
    minutes : float, optional
        Time after which no more are begun; by default no limit.
    jobs : int, optional
        Processes that work at the same time.
    keep : Path, optional
        Folder for the files with faults.

    Returns
    -------
    FuzzResult
        What came of them.
    """
    began = monotonic()
    seconds = math.inf if minutes is None else minutes * 60
    # A process of its own each, all of whose children are workers: their memory can be asked for.
    spawning = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=spawning) as pool:
        share = partial(_share, seed, cases=cases, seconds=seconds, keep=keep, jobs=jobs)
        shares = [pool.submit(share, job=job) for job in range(jobs)]
        results = [one.result() for one in shares]
    formats: Counter[str] = Counter()
    total = FuzzResult(seed, minutes=(monotonic() - began) / 60)
    for one in results:
        formats.update(one.formats)
        total = replace(
            total,
            cases=total.cases + one.cases,
            decoded=total.decoded + one.decoded,
            refused=total.refused + one.refused,
            slowest=max(total.slowest, one.slowest),
            memory=max(total.memory, one.memory),
            faults={**total.faults, **one.faults},
        )
    return replace(total, formats=dict(formats))


def _share(
    seed: int, *, cases: int | None, seconds: float, keep: Path | None, jobs: int, job: int
) -> FuzzResult:
    """Try every so many-th case, in a process that does nothing else."""
    until, seeds, result = monotonic() + seconds, make_seeds(), FuzzResult(seed)
    numbers = count(job, jobs) if cases is None else range(job, cases, jobs)
    with TemporaryDirectory() as folder, Workers() as workers:
        reader = IsolatedReader(workers)
        for case in (make_case(seed, number, seeds) for number in numbers):
            if monotonic() > until:
                break
            path = Path(folder) / f"case{case.suffix}"
            path.write_bytes(case.data)
            began = _processor_seconds(workers)
            found = examine(reader, path)
            _count(result, case, found, _processor_seconds(workers) - began)
            path.unlink()
            if found.faults and keep is not None:
                keep.mkdir(parents=True, exist_ok=True)
                (keep / f"{seed}-{case.number}{case.suffix}").write_bytes(case.data)
    result.memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return result


def _count(result: FuzzResult, case: Case, found: Examination, seconds: float) -> None:
    result.cases += 1
    result.decoded += not found.refusal
    result.refused += bool(found.refusal)
    origin, name = case.story.partition(" ")[0], f"{case.number} ({case.story})"
    result.formats[origin] = result.formats.get(origin, 0) + 1
    result.slowest = max(result.slowest, (round(seconds, 2), name))
    if seconds > MOST_SECONDS:
        found.faults.append(f"took {seconds:.1f} s")
    if found.faults:
        result.faults[name] = found.faults


def _processor_seconds(workers: Workers) -> float:
    """Return the time that workers took so far: how busy the machine is does not count."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    ticks = 0
    for pid in workers.pids:
        *_, fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")
        ticks += sum(map(int, fields.split()[11:13]))
    return ended.ru_utime + ended.ru_stime + ticks / os.sysconf("SC_CLK_TCK")
