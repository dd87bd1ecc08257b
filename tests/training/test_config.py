import pytest

pytest.importorskip("torch")

from samesong.features.errors import TrainingError
from samesong.training.config import TrainingConfig, read_config

pytestmark = pytest.mark.training


def write(folder, text):
    path = folder / "run.toml"
    path.write_text(text, "utf-8")
    return path


def test_what_is_written_is_read_and_the_rest_is_default(tmp_path):
    path = write(tmp_path, 'preset = "tiny"\nlengths = [[20, 10], [30, 30]]\nlearning_rate = 1')
    config = read_config(path)
    given = {"preset": "tiny", "lengths": ((20, 10), (30, 30)), "learning_rate": 1.0}
    assert config.model_dump() == TrainingConfig().model_dump() | given


def test_an_empty_file_is_the_default(tmp_path):
    assert read_config(write(tmp_path, "")) == TrainingConfig()


def test_a_configuration_survives_json():
    config = TrainingConfig(preset="tiny", lengths=((20, 10),))
    assert TrainingConfig.model_validate(config.model_dump(mode="json")) == config


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("stepz = 3", "stepz: .*got 3"),
        ('steps = "many"', "steps: .*got 'many'"),
        ("steps = 0", "steps: .*greater than 0, got 0"),
        ("steps = 1.5", "steps: .*got 1.5"),
        ("works_per_batch = 1", "works_per_batch: .*got 1"),
        ("validation_works = 1", "validation_works: .*got 1"),
        ("learning_rate = 0", "learning_rate: .*got 0"),
        ("learning_rate = inf", "learning_rate: .*got inf"),
        ("learning_rate = nan", "learning_rate: .*got nan"),
        ("weight_decay = -1", "weight_decay: .*got -1"),
        ("warmup_steps = -1", "warmup_steps: .*got -1"),
        ("average = 1.0", "average: .*less than 1, got 1.0"),
        ("held_out = -0.1", "held_out: .*got -0.1"),
        ("lengths = []", "lengths: .*at least 1 item"),
        ("lengths = [[20, 1]]", r"lengths\.0\.1: .*got 1"),
        ("lengths = [20, 20]", r"lengths\.0: .*got 20"),
        ("seed = -1", "seed: .*got -1"),
        ("workers = -1", "workers: .*got -1"),
        ('precision = "float8"', "precision: .*got 'float8'"),
        ("steps = 0\nseed = -1", "steps: .*seed: "),
    ],
)
def test_an_unknown_or_impossible_setting_is_named_with_its_value(tmp_path, text, said):
    path = write(tmp_path, text)
    with pytest.raises(TrainingError, match=said) as caught:
        read_config(path)
    assert str(caught.value).startswith(f"{path}: ")


def test_bad_toml_is_refused_with_its_line(tmp_path):
    path = write(tmp_path, "steps = 3\nseed = = 2")
    with pytest.raises(TrainingError, match=r"not valid TOML .*line 2") as caught:
        read_config(path)
    assert str(path) in str(caught.value)


def test_what_is_no_text_is_refused(tmp_path):
    path = tmp_path / "run.toml"
    path.write_bytes(b"\xff\xfe\0")
    with pytest.raises(TrainingError, match="not valid TOML"):
        read_config(path)


@pytest.mark.parametrize(("name", "said"), [("gone.toml", "No such file"), (".", "Is a directory")])
def test_a_file_that_cannot_be_read_is_named(tmp_path, name, said):
    with pytest.raises(TrainingError, match=f"cannot read the configuration .{said}"):
        read_config(tmp_path / name)
