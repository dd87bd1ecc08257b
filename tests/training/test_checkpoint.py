from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("torch")

import torch

from samesong.features.errors import MismatchError, TrainingError
from samesong.features.pooled import PooledFrontEnd
from samesong.training.checkpoint import Checkpoint
from samesong.training.config import TrainingConfig
from samesong.training.network import SiameseNetwork
from samesong.training.presets import PRESETS

pytestmark = pytest.mark.training

SPEC = PooledFrontEnd.spec


def made(step=7):
    torch.manual_seed(step)
    network = SiameseNetwork(PRESETS["tiny"], SPEC)
    return Checkpoint(
        config=TrainingConfig(preset="tiny", lengths=((20, 10),)),
        spec=SPEC,
        step=step,
        average=network.state_dict(),
        state={"best": 0.5, "generator": torch.Generator().manual_seed(1).get_state()},
        measured={"scorer_mAP": 0.5},
        corpus={"works in notes": 12},
        calibration={"scale": 2.0, "offset": -1.0},
        steps_before=30,
    )


@pytest.fixture(scope="module")
def content(tmp_path_factory):
    """The bytes of a checkpoint."""
    path = tmp_path_factory.mktemp("whole") / "latest.pt"
    made().save(path)
    return path.read_bytes()


def test_what_is_saved_is_loaded(tmp_path):
    saved = made()
    saved.save(tmp_path / "latest.pt")
    loaded = Checkpoint.load(tmp_path / "latest.pt")
    assert loaded.config == saved.config
    for name in ("spec", "step", "measured", "corpus", "calibration", "steps_before"):
        assert getattr(loaded, name) == getattr(saved, name)
    assert loaded.state["best"] == 0.5
    assert torch.equal(loaded.state["generator"], saved.state["generator"])
    assert list(loaded.average) == list(saved.average)
    for name, weights in saved.average.items():
        assert torch.equal(loaded.average[name], weights)
    assert [path.name for path in tmp_path.iterdir()] == ["latest.pt"]


def test_the_network_has_the_averaged_weights_and_only_answers():
    saved = made()
    network = saved.network()
    assert not network.training
    for name, weights in network.state_dict().items():
        assert torch.equal(weights, saved.average[name])


def test_killed_while_writing_the_old_one_stays(tmp_path):
    path = tmp_path / "latest.pt"
    made(step=7).save(path)
    (tmp_path / "latest.unfinished").write_bytes(b"half of step 8")
    assert Checkpoint.load(path).step == 7
    made(step=9).save(path)
    assert Checkpoint.load(path).step == 9
    assert [path.name for path in tmp_path.iterdir()] == ["latest.pt"]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.floats(0, 1, exclude_max=True))
def test_a_truncated_one_is_refused(tmp_path, content, share):
    path = tmp_path / "latest.pt"
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(
        TrainingError, match="not a samesong checkpoint, or a damaged one"
    ) as caught:
        Checkpoint.load(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("share", [0.05, 0.2, 0.35, 0.5, 0.65, 0.8])
def test_damage_is_found_in_weights_too(tmp_path, content, share):
    damaged = bytearray(content)
    where = int(share * len(content))
    damaged[where : where + 200] = bytes(255 - byte for byte in damaged[where : where + 200])
    path = tmp_path / "latest.pt"
    path.write_bytes(damaged)
    with pytest.raises(TrainingError, match="damaged"):
        Checkpoint.load(path)


def test_something_else_is_refused(tmp_path):
    path = tmp_path / "latest.pt"
    contents = [b"not a checkpoint", b"PK\3\4", torch.zeros(3), ["a", "list"], {"format": 2}]
    for content in contents:
        path.write_bytes(content) if isinstance(content, bytes) else torch.save(content, path)
        with pytest.raises(TrainingError, match=r"latest\.pt: not a samesong checkpoint"):
            Checkpoint.load(path)


def test_code_in_a_checkpoint_is_not_run(tmp_path):
    class Evil:
        def __reduce__(self):
            return (open, (str(tmp_path / "proof"), "w"))

    torch.save({"format": Evil()}, tmp_path / "latest.pt")
    with pytest.raises(TrainingError, match="not a samesong checkpoint"):
        Checkpoint.load(tmp_path / "latest.pt")
    assert not (tmp_path / "proof").exists()


def test_another_format_is_refused_by_number(tmp_path):
    path = tmp_path / "latest.pt"
    torch.save({"format": 1}, path)
    with pytest.raises(TrainingError, match="checkpoint format 1, this version reads 2"):
        Checkpoint.load(path)


def test_an_impossible_configuration_is_refused(tmp_path, content):
    path = tmp_path / "latest.pt"
    path.write_bytes(content)
    changed = torch.load(path, weights_only=True)
    changed["config"]["steps"] = -3
    torch.save(changed, path)
    with pytest.raises(TrainingError, match="steps"):
        Checkpoint.load(path)


def test_a_missing_file_is_refused_by_name(tmp_path):
    with pytest.raises(TrainingError, match=r"gone\.pt: cannot read .*No such file"):
        Checkpoint.load(tmp_path / "gone.pt")


def test_the_front_end_of_a_checkpoint_is_the_installed_one():
    assert made().front_end().spec == SPEC


def test_a_front_end_that_makes_other_features_is_refused():
    old = replace(made(), spec=replace(SPEC, version=99))
    with pytest.raises(MismatchError, match=r"version=99.*installed front end makes .*version=1"):
        old.front_end()
