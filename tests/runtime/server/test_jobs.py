"""Set lists are made one after the other, can be stopped, and leave nothing behind."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from threading import Event
from typing import Any

import pytest

from samesong.features.errors import SilentAudioError
from samesong.features.progress import OnProgress, Progress
from samesong.runtime.server.job import Job, JobState
from samesong.runtime.server.job_store import KEPT, JobStore
from samesong.runtime.server.pool import Pool
from samesong.runtime.server.problems import ProblemError, problem_of
from samesong.runtime.setlist.document import Setlist
from samesong.runtime.setlist.finder import OnFound

MADE = Setlist(recording="concert.flac", duration=100.0, songs=())


class Work:
    """Work that waits until it is let go on, step by step or to its end."""

    def __init__(self) -> None:
        self.begun, self.go_on, self.ended = Event(), Event(), Event()
        self.held = ExitStack()
        self.held.callback(self.ended.set)

    def __call__(self, report: OnProgress, found: OnFound) -> Setlist:
        report(Progress("setlist", 0, 1, 25.0, 100.0))
        found(MADE)
        self.begun.set()
        self.go_on.wait()
        report(Progress("setlist", 0, 1, 50.0, 100.0))
        return MADE


@pytest.fixture
def pool() -> Iterator[Pool]:
    made = Pool("test", workers=1, waiting=2)
    yield made
    made.close()


@pytest.fixture
def store(pool: Pool) -> JobStore:
    return JobStore(pool, problem_of)


Start = Callable[[Any], Job]


@pytest.fixture
def start(store: JobStore) -> Start:
    def begin(work: Any) -> Job:
        return store.start("concert.flac", work, getattr(work, "held", ExitStack()))

    return begin


def test_from_queue_to_result(store: JobStore, start: Start) -> None:
    first, second = Work(), Work()
    jobs = start(first), start(second)
    first.begun.wait()
    assert [job.state for job in jobs] == [JobState.RUNNING, JobState.QUEUED]
    running, waiting = (job.to_dict() for job in jobs)
    assert running["progress"] == 0.25
    assert running["so_far"] == MADE.to_dict()
    assert (waiting["progress"], waiting["seconds_left"], waiting["result"]) == (0, None, None)
    assert not first.ended.is_set()
    first.go_on.set()
    second.begun.wait()
    done = jobs[0].to_dict()
    assert (done["state"], done["progress"], done["seconds_left"]) == ("done", 1, None)
    assert (done["result"], done["so_far"]) == (MADE.to_dict(), None)
    assert first.ended.is_set()
    second.go_on.set()
    second.ended.wait()
    assert [job.id for job in store.of("")] == [jobs[1].id, jobs[0].id]
    assert store.get(jobs[0].id) is jobs[0]


def test_each_has_jobs_of_its_own(store: JobStore) -> None:
    works = [Work() for _ in range(3)]
    jobs = [
        store.start("concert.flac", work, work.held, owner=owner)
        for work, owner in zip(works, "aba", strict=True)
    ]
    assert store.of("a") == [jobs[2], jobs[0]]
    assert store.of("b") == [jobs[1]]
    assert store.of("c") == []
    for work in works:
        work.go_on.set()
        work.ended.wait()


def test_stop_what_runs(store: JobStore, start: Start) -> None:
    work = Work()
    job = start(work)
    work.begun.wait()
    assert store.cancel(job.id).to_dict()["state"] == "cancelled"
    assert not work.ended.is_set()  # its recording is still read
    work.go_on.set()
    work.ended.wait()
    assert job.to_dict()["state"] == "cancelled"
    assert job.to_dict()["result"] is None


def test_stop_what_waits(store: JobStore, start: Start, pool: Pool) -> None:
    first, second = Work(), Work()
    start(first)
    job = start(second)
    store.cancel(job.id)
    assert second.ended.is_set()  # at once: its recording is given up
    assert pool.inside == 1
    first.go_on.set()
    first.ended.wait()
    assert not second.begun.is_set()
    assert job.state is JobState.CANCELLED


def test_what_has_ended_stays(store: JobStore, start: Start) -> None:
    work = Work()
    work.go_on.set()
    job = start(work)
    work.ended.wait()
    assert store.cancel(job.id).state is JobState.DONE


def test_stopped_at_its_very_end(store: JobStore, start: Start) -> None:
    work = Work()

    def last_step(report: OnProgress, found: OnFound) -> Setlist:
        work.begun.set()
        work.go_on.wait()
        del report, found
        return MADE

    last_step.held = work.held  # type: ignore[attr-defined]
    job = start(last_step)
    work.begun.wait()
    store.cancel(job.id)
    work.go_on.set()
    work.ended.wait()
    assert (job.state, job.to_dict()["result"]) == (JobState.CANCELLED, None)


@pytest.mark.parametrize(
    ("error", "code", "detail"),
    [
        (SilentAudioError("a.wav: nothing but silence"), "silent", "a.wav: nothing but silence"),
        (ProblemError(422, "too-long", "it lasts"), "too-long", "it lasts"),
        (ZeroDivisionError("secret"), "defect", "ZeroDivisionError"),
    ],
)
def test_failure(start: Start, error: Exception, code: str, detail: str) -> None:
    work = Work()

    def fail(_: OnProgress, found: OnFound) -> Setlist:
        del found
        raise error

    fail.held = work.held  # type: ignore[attr-defined]
    job = start(fail)
    work.ended.wait()
    content = job.to_dict()
    assert content["state"] == "failed"
    assert content["problem"]["code"] == code
    assert detail in content["problem"]["detail"]
    assert "secret" not in content["problem"]["detail"]


def test_full_queue(store: JobStore, start: Start) -> None:
    works = [Work() for _ in range(4)]
    for work in works[:3]:
        start(work)
    with pytest.raises(ProblemError) as refusal:
        start(works[3])
    assert (refusal.value.status, refusal.value.code) == (429, "busy")
    assert refusal.value.retry_after
    assert not works[3].ended.is_set()  # what was not taken over is its owner's to close
    assert len(store.of("")) == 3
    store.cancel_all()
    works[0].go_on.set()
    works[0].ended.wait()


def test_only_the_last_are_remembered(store: JobStore, start: Start) -> None:
    jobs = []
    for _ in range(KEPT + 2):
        work = Work()
        work.go_on.set()
        jobs.append(start(work))
        work.ended.wait()
    with pytest.raises(ProblemError, match=jobs[0].id):
        store.get(jobs[0].id)
    assert store.get(jobs[-1].id) is jobs[-1]


def test_a_closed_pool(pool: Pool) -> None:
    pool.close()
    with pytest.raises(ProblemError) as refusal:
        pool.submit(int)
    assert (refusal.value.status, refusal.value.code) == (503, "stopping")
    assert pool.inside == 0
