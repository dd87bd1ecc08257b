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
from samesong.training.precision import in_bfloat16
from samesong.training.presets import PRESETS
from samesong.training.trainer import BEST, LATEST, Trainer
from samesong.training.versions import SymbolicVersions

pytestmark = pytest.mark.training

KINDS = ("scorer", "match", "alignment", "late", "embedding")
CONFIG = TrainingConfig(
    preset="tiny",
    steps=6,
    works_per_batch=3,
    lengths=((32, 24), (24, 24)),
    warmup_steps=2,
    average=0.5,
    validate_every=2,
    validation_works=4,
    workers=0,
    precision="float32",
)


@pytest.fixture(scope="module")
def corpora(make_song):
    """Six works to learn from and four to measure on."""
    works = [SymbolicWork(str(seed), (make_song(seed, seconds=15.0),)) for seed in range(10)]
    return SymbolicVersions(works[:6], DirectFrontEnd()), SymbolicVersions(
        works[6:], DirectFrontEnd()
    )


@pytest.fixture
def trainer(corpora):
    def make(folder, config=CONFIG):
        return Trainer(config, *corpora, folder, device="cpu", corpus={"works in notes": 6})

    return make


@pytest.fixture(scope="module")
def whole(corpora, tmp_path_factory):
    """A run that nothing interrupted, and what it reported."""
    folder, progress = tmp_path_factory.mktemp("whole"), []
    Trainer(CONFIG, *corpora, folder, device="cpu", corpus={"works in notes": 6}).run(
        progress.append
    )
    return folder, progress


def same_tensors(left, right):
    """Compare two nests of dictionaries and sequences, tensors bit for bit."""
    if isinstance(left, torch.Tensor):
        return torch.equal(left, right)
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same_tensors(left[k], right[k]) for k in left)
    if isinstance(left, list | tuple):
        return len(left) == len(right) and all(map(same_tensors, left, right))
    return left == right


def stop_at(step):
    """A report that interrupts the run once a step is done, as Ctrl-C does."""

    def report(progress):
        if progress.step == step:
            raise KeyboardInterrupt

    return report


def test_a_run_reports_every_step_and_measures_when_asked(whole):
    _, progress = whole
    assert [(p.step, p.steps) for p in progress] == [(step, 6) for step in range(1, 7)]
    assert [p.step for p in progress if p.measured] == [2, 4, 6]
    for p in progress:
        assert set(p.losses) == {"total", "pair", "late", "embedding", "alignment"}
        assert all(np.isfinite(loss) for loss in p.losses.values())
        assert p.seconds > 0
    figures = {f"{kind}_{name}" for kind in KINDS for name in ("mAP", "top1")}
    assert set(progress[-1].measured) == figures
    assert all(0 <= value <= 1 for value in progress[-1].measured.values())


def test_a_run_leaves_its_last_and_its_best_checkpoint(whole):
    folder, progress = whole
    latest, best = Checkpoint.load(folder / LATEST), Checkpoint.load(folder / BEST)
    assert latest.step == 6
    assert latest.config == best.config == CONFIG
    assert latest.corpus == best.corpus == {"works in notes": 6}
    measured = {p.step: p.measured["match_mAP"] for p in progress if p.measured}
    assert measured[best.step] == best.measured["match_mAP"] == max(measured.values())
    assert latest.measured == progress[-1].measured
    assert any((folder / "tensorboard").iterdir())


def test_the_best_checkpoint_is_calibrated(whole):
    calibration = Checkpoint.load(whole[0] / BEST).calibration
    assert set(calibration) == {"alignment", "chroma", "scale", "offset"}
    assert calibration["scale"] > 0
    assert Checkpoint.load(whole[0] / LATEST).calibration == {}


def test_the_average_is_of_the_weights_that_were_trained(whole):
    latest = Checkpoint.load(whole[0] / LATEST)
    assert int(latest.state["n_averaged"]) == 6
    name = "branch.blocks.0.0.weight"
    weights, average = latest.state["network"][name], latest.average[name]
    assert not torch.equal(weights, average)
    assert (weights - average).abs().max() < 0.1


@pytest.mark.parametrize("step", [1, 3, 4])
def test_an_interrupted_run_ends_as_if_it_had_not_been(whole, trainer, tmp_path, step):
    with pytest.raises(KeyboardInterrupt):
        trainer(tmp_path).run(stop_at(step))
    steps = []
    trainer(tmp_path).run(lambda progress: steps.append(progress.step))
    # It goes on behind the last checkpoint, one of which is made every second step.
    assert steps == list(range(step - step % 2 + 1, 7))
    for name in (LATEST, BEST):
        resumed, expected = (Checkpoint.load(folder / name) for folder in (tmp_path, whole[0]))
        assert same_tensors(vars(resumed), vars(expected))


def test_what_dropout_drops_does_not_depend_on_interruptions(trainer, tmp_path, monkeypatch):
    monkeypatch.setitem(PRESETS, "dropping", replace(PRESETS["tiny"], dropout=0.5))
    config = CONFIG.model_copy(update={"preset": "dropping", "steps": 4})
    trainer(tmp_path / "whole", config).run(lambda _: None)
    with pytest.raises(KeyboardInterrupt):
        trainer(tmp_path / "parts", config).run(stop_at(3))
    trainer(tmp_path / "parts", config).run(lambda _: None)
    whole, parts = (Checkpoint.load(tmp_path / name / LATEST) for name in ("whole", "parts"))
    assert same_tensors(vars(whole), vars(parts))


def test_a_run_that_ends_between_its_two_checkpoints_loses_none(whole, trainer, tmp_path):
    obstacle = tmp_path / "best.unfinished"
    obstacle.mkdir()
    with pytest.raises(IsADirectoryError):
        trainer(tmp_path).run(lambda _: None)
    # Of a best one that was not written, the latest must not say that it was.
    assert not (tmp_path / LATEST).exists()
    obstacle.rmdir()
    trainer(tmp_path).run(lambda _: None)
    for name in (LATEST, BEST):
        repeated, expected = (Checkpoint.load(folder / name) for folder in (tmp_path, whole[0]))
        assert same_tensors(vars(repeated), vars(expected))


def test_a_finished_run_stays_as_it_is(whole, trainer):
    folder, _ = whole
    before = vars(Checkpoint.load(folder / BEST))
    steps = []
    assert trainer(folder).run(steps.append) == folder / BEST
    assert steps == []
    assert same_tensors(vars(Checkpoint.load(folder / BEST)), before)


def test_a_run_stops_when_it_no_longer_gets_better(trainer, tmp_path):
    # So small a rate changes no rank: the first measurement stays the best one.
    config = CONFIG.model_copy(
        update={"steps": 40, "validate_every": 1, "patience": 2, "learning_rate": 1e-12}
    )
    steps = []
    trainer(tmp_path, config).run(lambda progress: steps.append(progress.step))
    best = Checkpoint.load(tmp_path / BEST)
    assert steps == list(range(1, best.step + 3))
    assert len(steps) < 40
    assert best.calibration


def test_the_learning_rate_rises_and_falls(trainer, tmp_path):
    rates = []
    made = trainer(tmp_path)
    made.run(lambda _: rates.append(made.state.optimiser.param_groups[0]["lr"]))
    cosine = [0.5 * (1 + np.cos(np.pi * step / 6)) for step in range(6)]
    expected = [CONFIG.learning_rate * min(1, (i + 1) / 2) * cosine[i] for i in range(6)]
    np.testing.assert_allclose(rates, expected, rtol=1e-6)


def test_a_folder_with_another_run_is_refused(whole, trainer):
    other = CONFIG.model_copy(update={"seed": 2})
    with pytest.raises(TrainingError, match="holds a run of another configuration") as caught:
        trainer(whole[0], other).run(lambda _: None)
    assert str(whole[0]) in str(caught.value)


def test_a_damaged_run_is_refused(trainer, tmp_path):
    (tmp_path / LATEST).write_bytes(b"damaged")
    with pytest.raises(TrainingError, match=r"latest\.pt: not a samesong checkpoint"):
        trainer(tmp_path).run(lambda _: None)


def test_a_new_run_may_start_from_the_network_of_another(whole, trainer, corpora, tmp_path):
    start = Checkpoint.load(whole[0] / BEST)
    config = CONFIG.model_copy(
        update={"steps": 1, "learning_rate": 1e-12, "weight_decay": 0.0, "seed": 5}
    )
    Trainer(config, *corpora, tmp_path, device="cpu", corpus={}, start_from=[start]).run(
        lambda _: None
    )
    begun = Checkpoint.load(tmp_path / LATEST)
    assert (begun.step, begun.steps_before) == (1, start.step)
    for name, weights in start.average.items():
        if "running" not in name and "tracked" not in name:  # those follow the data at once
            torch.testing.assert_close(begun.state["network"][name], weights)
    fresh = trainer(tmp_path / "fresh", config).state.network.state_dict()
    name = "branch.blocks.0.0.weight"
    assert not torch.allclose(fresh[name], start.average[name], atol=0.01)


def test_a_new_run_may_start_from_the_mean_of_several_networks(whole, corpora, tmp_path):
    starts = [Checkpoint.load(whole[0] / name) for name in (BEST, LATEST)]
    starts[0] = replace(starts[0], average={k: v + 1 for k, v in starts[0].average.items()})
    begun = Trainer(CONFIG, *corpora, tmp_path, device="cpu", corpus={}, start_from=starts)
    assert begun.state.steps_before == max(start.step for start in starts)
    for name, weights in begun.state.average.state_dict().items():
        mean = (starts[0].average[name].double() + starts[1].average[name].double()) / 2
        torch.testing.assert_close(weights, mean.to(weights.dtype))


def test_a_resumed_run_does_not_start_from_there_again(whole, corpora, tmp_path):
    start = Checkpoint.load(whole[0] / BEST)
    config = CONFIG.model_copy(update={"steps": 4})

    def run(folder, report):
        Trainer(config, *corpora, folder, device="cpu", corpus={}, start_from=[start]).run(report)

    run(tmp_path / "whole", lambda _: None)
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "parts", stop_at(3))
    run(tmp_path / "parts", lambda _: None)
    once, parts = (Checkpoint.load(tmp_path / name / LATEST) for name in ("whole", "parts"))
    assert same_tensors(vars(once), vars(parts))


def test_a_start_from_another_preset_is_refused(whole, corpora, tmp_path, monkeypatch):
    monkeypatch.setitem(PRESETS, "wider", replace(PRESETS["tiny"], level_dim=16))
    start = Checkpoint.load(whole[0] / BEST)
    config = CONFIG.model_copy(update={"preset": "wider"})
    with pytest.raises(TrainingError, match="has preset 'tiny', the configuration 'wider'"):
        Trainer(config, *corpora, tmp_path, device="cpu", corpus={}, start_from=[start])


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"works_per_batch": 7}, "6 training works, but 7 are needed"),
        ({"validation_works": 5}, "4 held-out works, but 5 are needed"),
        ({"preset": "huge"}, "preset 'huge' is unknown; there are .*'paper', 'compact'"),
    ],
)
def test_what_cannot_be_trained_is_refused(trainer, tmp_path, setting, said):
    with pytest.raises(TrainingError, match=said):
        trainer(tmp_path, CONFIG.model_copy(update=setting))


@pytest.mark.parametrize(("precision", "expected"), [("bfloat16", True), ("float32", False)])
def test_a_precision_that_is_named_is_taken(precision, expected):
    assert in_bfloat16(precision, torch.device("cpu")) is expected


@pytest.mark.parametrize(("capability", "expected"), [("AVX512", True), ("AVX2", False)])
def test_bfloat16_is_taken_where_the_processor_multiplies_it(monkeypatch, capability, expected):
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: capability)
    assert in_bfloat16("auto", torch.device("cpu")) is expected
    assert in_bfloat16("auto", torch.device("cuda"))
