"""The scripts and the notebook of examples/, run on the demo's recordings."""

import ast
import csv
import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import samesong
from samesong.runtime.demo.run import DEMO_AUDIO

EXAMPLES = Path(__file__).parents[1] / "examples"
LIVE = DEMO_AUDIO / "live_greensleeves.opus"


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = str(tmp_path_factory.mktemp("examples") / "catalog")
    bundle = samesong.ModelBundle.load()
    studio = [DEMO_AUDIO / f"studio_{song}.opus" for song in ("greensleeves", "oh_susanna")]
    with samesong.CatalogWriter(folder, bundle) as writer:
        samesong.Indexer(writer, samesong.Analyser(bundle), by_ear=False).index(studio)
    return folder


def example(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(Path(name).stem, EXAMPLES / name)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_example_is_run_here() -> None:
    mine = Path(__file__).read_text("utf-8")
    names = [path.name for path in EXAMPLES.rglob("*") if path.suffix in (".py", ".ipynb")]
    assert len(names) == 5
    assert [name for name in names if f'{name}"' not in mine] == []


def test_a_folder_to_csv(catalog: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, table = tmp_path / "recordings", tmp_path / "answers.csv"
    folder.mkdir()
    (folder / "1.opus").symlink_to(LIVE)
    (folder / "2.wav").write_bytes(b"broken")
    example("folder_to_csv.py").main(catalog, str(folder), str(table))
    live, broken = csv.DictReader(table.read_text("utf-8").splitlines())
    assert (live["recording"], live["title"]) == (str(folder / "1.opus"), "Greensleeves")
    assert float(live["probability"]) > 0.5
    assert "is not audio" in broken["error"]
    assert "2 of 2 recordings" in capsys.readouterr().err


def test_a_microphone(catalog: str, capsys: pytest.CaptureFixture[str]) -> None:
    module = example("microphone.py")
    silence = [np.zeros(module.INTERVAL, np.float32)]
    module.main(catalog, [*silence, *module.recording(str(LIVE))])
    first, *others = capsys.readouterr().out.splitlines()
    assert "silence" in first
    assert others[-1] == "Greensleeves"


def test_the_sound_of_the_microphone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its callback's buffer is used again by the sound system: pieces must be copies."""

    class InputStream:
        def __init__(self, rate: int, *, channels: int, callback: Any) -> None:
            assert (rate, channels) == (22_050, 1)
            buffer = np.zeros((100, 1), np.float32)
            for number in range(3):
                buffer[:] = number
                callback(buffer, 100, None, None)

        def __enter__(self) -> None:
            pass

        def __exit__(self, *error: object) -> None:
            pass

    device = ModuleType("sounddevice")
    device.InputStream = InputStream  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "sounddevice", device)
    heard = example("microphone.py").microphone()
    assert [next(heard)[0] for _ in range(3)] == [0, 1, 2]


def test_a_report(catalog: str, tmp_path: Path) -> None:
    """As a user starts it: the others are run in this process, which is quicker."""
    command = [sys.executable, EXAMPLES / "report.py", catalog, LIVE, tmp_path / "list.md"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    written = (tmp_path / "list.md").read_text("utf-8")
    assert written.startswith("# live_greensleeves\n\n1. Greensleeves (")
    assert "100% of the concert" in done.stderr


def test_a_front_end(capsys: pytest.CaptureFixture[str]) -> None:
    example("front_end/chroma_front_end.py").main(str(LIVE))
    bars = dict(line.split(" ", 1) for line in capsys.readouterr().out.splitlines())
    assert len(bars) == 12
    assert len(set(bars.values())) > 3


def test_the_python_page(catalog: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its code, from top to bottom."""
    pytest.importorskip("pandas")
    page = (EXAMPLES.parent / "docs" / "reference" / "python.md").read_text("utf-8")
    code = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert len(code) == 7
    monkeypatch.chdir(tmp_path)
    (tmp_path / "recordings").mkdir()
    (tmp_path / "recordings" / "1.opus").symlink_to(LIVE)
    (tmp_path / "live.opus").symlink_to(LIVE)
    (tmp_path / "studio.opus").symlink_to(DEMO_AUDIO / "studio_greensleeves.opus")
    (tmp_path / "my-catalog").symlink_to(catalog)
    names: dict[str, Any] = {}
    exec("\n".join(code), names)
    assert names["comparison"].same
    assert next(iter(names["table"]["title"])) == "Greensleeves"
    assert names["setlist"].n_named == 1


def run_cells(path: Path) -> list[Any]:
    """Run the cells of a notebook, by nbclient where it is installed; what they show as HTML."""
    notebook = json.loads(path.read_text("utf-8"))
    if importlib.util.find_spec("nbclient") and importlib.util.find_spec("ipykernel"):
        import nbclient
        import nbformat

        done = nbformat.read(path, as_version=4)
        nbclient.NotebookClient(done).execute()
        cells = [cell.outputs[-1] for cell in done.cells if cell.cell_type == "code"]
        return [cell.data.get("text/html") for cell in cells]
    shown, names = [], {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            *lines, last = ast.parse("".join(cell["source"])).body
            exec(compile(ast.Module(lines, []), path.name, "exec"), names)
            assert isinstance(last, ast.Expr)
            shown.append(eval(compile(ast.Expression(last.value), path.name, "eval"), names))
    return [getattr(one, "_repr_html_", lambda: None)() for one in shown]


def test_a_notebook() -> None:
    pytest.importorskip("matplotlib")
    same, _, other = run_cells(EXAMPLES / "matrix.ipynb")
    assert "The same song" in same
    assert '<img src="data:image/png;base64,' in same
    assert "Not the same song" in other
