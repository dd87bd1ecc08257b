"""A scorer that is taught by another: its pool of windows, its lessons, its run."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch")

import torch

from samesong.features.direct import DirectFrontEnd
from samesong.features.errors import TrainingError
from samesong.training.checkpoint import Checkpoint
from samesong.training.config import TrainingConfig
from samesong.training.corpus import SymbolicWork
from samesong.training.distil import WINDOWS, Distiller, draw_lesson, excerpt
from samesong.training.network import STRIDES, cross_similarity
from samesong.training.trainer import BEST, LATEST, Trainer
from samesong.training.versions import SymbolicVersions
from samesong.training.window_pool import FRAMES, draw_pool

pytestmark = pytest.mark.training

CONFIG = TrainingConfig(
    preset="tiny_compact",
    steps=6,
    works_per_batch=4,
    lengths=((401, 401), (201, 101)),
    learning_rate=1e-2,
    warmup_steps=2,
    average=0.5,
    validate_every=2,
    validation_works=3,
    workers=0,
    precision="float32",
)
SHORT = {"preset": "tiny", "steps": 2, "works_per_batch": 3, "lengths": ((32, 24),)}


@pytest.fixture(scope="module")
def corpora(make_song):
    """Five works to learn from and three to measure on."""
    works = [SymbolicWork(str(seed), (make_song(seed, seconds=15.0),)) for seed in range(8)]
    return SymbolicVersions(works[:5], DirectFrontEnd()), SymbolicVersions(
        works[5:], DirectFrontEnd()
    )


@pytest.fixture(scope="module")
def config():
    return CONFIG.model_copy(update={"front_end": "direct"})


@pytest.fixture(scope="module")
def teacher(corpora, config, tmp_path_factory):
    folder = tmp_path_factory.mktemp("teacher")
    small = config.model_copy(update=SHORT)
    best = Trainer(small, *corpora, folder, device="cpu", corpus={}).run(lambda _: None)
    return Checkpoint.load(best)


@pytest.fixture(scope="module")
def distiller(corpora, teacher, config):
    def make(folder, **changes):
        settings = config.model_copy(update=changes)
        return Distiller(
            settings,
            teacher,
            *corpora,
            folder,
            device="cpu",
            corpus={"works in notes": 5},
            say=lambda _: None,
            pairs=10,
        )

    return make


@pytest.fixture(scope="module")
def whole(distiller, tmp_path_factory):
    """A run that nothing interrupted, and what it reported."""
    folder, progress = tmp_path_factory.mktemp("whole"), []
    distiller(folder).run(progress.append)
    return folder, progress


@pytest.fixture(scope="module")
def pool(corpora, teacher, whole):
    """The pool of that run, read again from its folder."""
    return draw_pool(
        corpora[0],
        teacher.network().branch,
        whole[0] / WINDOWS,
        count=10,
        seed=CONFIG.seed,
        report=pytest.fail,  # nothing is drawn again
    )


def test_a_pool_holds_both_versions_and_the_hardest_others(pool):
    assert sorted(pool.works.tolist()) == list(range(5))
    for side in (pool.studio, pool.live):
        steps = [-(-FRAMES // stride) for stride in STRIDES]
        assert [level.shape for level in side] == [(5, count, 8) for count in steps]
    assert pool.hardest.shape == (5, 4)
    for row, hardest in enumerate(pool.hardest.tolist()):
        assert sorted([row, *hardest]) == list(range(5))


def test_no_version_of_the_same_work_is_a_wrong_one(pool, config):
    twice = replace(pool, works=torch.tensor([0, 0, 1, 1, 2]))
    twice.hardest[:] = torch.tensor([[2, 3, 4], [2, 3, 4], [0, 1, 4], [0, 1, 4], [0, 1, 2]])[
        :, [0, 1, 2, 0]
    ]
    queries = twice.live[3].float()
    for step in range(20):
        lesson = draw_lesson(twice, config.model_copy(update={"lengths": ((401, 401),)}), step)
        # A pair of one work has a CSM that is one of these four, whichever way round.
        for csm, label in zip(lesson.csms[3], lesson.labels, strict=True):
            found = [
                (a, b)
                for a in range(5)
                for b in range(5)
                for one in [queries[a] @ twice.studio[3][b].float().T]
                if torch.allclose(csm, one, atol=1e-5) or torch.allclose(csm, one.T, atol=1e-5)
            ]
            assert len(found) == 1
            (live, studio) = found[0]
            assert (live == studio) == bool(label)
            assert bool(label) or twice.works[live] != twice.works[studio]


def test_an_excerpt_is_the_same_span_of_all_levels(pool):
    for place in (0.0, 0.5, 0.999):
        levels = excerpt(pool.live, torch.tensor([2, 0]), 101, place)
        assert [level.shape[:2] for level in levels] == [(2, 51), (2, 51), (2, 26), (2, 26)]
        starts = []
        for level, whole in zip(levels, pool.live, strict=True):
            windows = whole[2].float().unfold(0, level.shape[1], 1).transpose(1, 2)
            (start,) = (windows == level[0]).all(dim=(1, 2)).nonzero()
            starts.append(int(start))
        assert starts[0] == starts[1] == 2 * starts[2] == 2 * starts[3]
    assert starts[0] == 150


def test_lessons_follow_from_their_step(pool, config):
    first, again, other = (draw_lesson(pool, config, step) for step in (3, 3, 4))
    assert all(map(torch.equal, first.csms, again.csms))
    assert first.labels.tolist() == [1] * 4 + [0] * 8
    assert first.csms[3].shape != other.csms[3].shape or not torch.equal(
        first.csms[3], other.csms[3]
    )


@pytest.mark.slow
def test_the_scorer_comes_closer_to_its_teacher_and_the_branch_stays(
    distiller, teacher, pool, tmp_path
):
    made = distiller(tmp_path, steps=60, validate_every=60)
    lesson = draw_lesson(pool, CONFIG.model_copy(update={"lengths": ((401, 401),)}), 1000)
    before = made.state.average.scorer.eval()(*lesson.csms)
    made.run(lambda _: None)
    best = Checkpoint.load(tmp_path / BEST)
    after, wanted = (one.network().scorer(*lesson.csms) for one in (best, teacher))
    assert (after - wanted).abs().mean() < 0.5 * (before - wanted).abs().mean()
    for name, weights in teacher.average.items():
        if name.startswith("branch."):
            assert torch.equal(best.average[name], weights)
    levels = teacher.network().branch(torch.randn(1, 72, 60))
    assert best.network().scorer(*cross_similarity(levels, levels)).isfinite().all()


def test_a_run_reports_and_keeps_the_teachers_probabilities(whole, teacher):
    folder, progress = whole
    assert [p.step for p in progress if p.measured] == [2, 4, 6]
    assert set(progress[0].losses) == {"total", "teacher", "label"}
    best = Checkpoint.load(folder / BEST)
    assert best.config.preset == "tiny_compact"
    assert best.calibration == teacher.calibration
    assert best.steps_before == teacher.step
    assert "objective" in best.state


def test_an_interrupted_run_ends_as_if_it_had_not_been(whole, distiller, tmp_path):
    def stop(progress):
        if progress.step == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        distiller(tmp_path).run(stop)
    steps = []
    distiller(tmp_path).run(lambda progress: steps.append(progress.step))
    assert steps == [3, 4, 5, 6]
    resumed, expected = (Checkpoint.load(each / LATEST).average for each in (tmp_path, whole[0]))
    assert all(torch.equal(resumed[name], expected[name]) for name in expected)


def test_the_teacher_is_measured_on_the_same_works(distiller, tmp_path):
    measured = distiller(tmp_path).measure_teacher()
    assert 0 < measured["match_mAP"] <= 1
    assert np.isfinite(list(measured.values())).all()


def test_a_teacher_that_does_not_fit_is_refused(distiller, teacher, corpora, config, tmp_path):
    with pytest.raises(TrainingError, match=r"branch of preset 'tiny' .* that of 'compact'"):
        distiller(tmp_path, preset="compact")
    with pytest.raises(TrainingError, match=r"asks for 402 frames, .* that are drawn have 401"):
        distiller(tmp_path, lengths=((201, 201), (401, 402)))
    unfinished = replace(teacher, calibration={})
    with pytest.raises(TrainingError, match="the teacher is not calibrated"):
        Distiller(
            config,
            unfinished,
            *corpora,
            tmp_path,
            device="cpu",
            corpus={},
            say=pytest.fail,
            pairs=2,
        )
