"""``samesong bench``: what it prints and writes, with the tiny model on short rounds."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import soundfile

from samesong.features import SAMPLE_RATE, front_end_names
from samesong.features.errors import MissingExtraError
from samesong.runtime import cli
from samesong.runtime.bench.charts import save_chart
from samesong.runtime.bench.latency import STAGES, measure_latency
from samesong.runtime.bench.report import Report
from samesong.runtime.bench.signals import demo_files, synthesise

pytest.importorskip("threadpoolctl", reason="threadpoolctl comes with the extra 'bench'")
pytest.importorskip("matplotlib", reason="matplotlib comes with the extra 'bench'")

TINY_BUNDLE = str(Path(__file__).parents[2] / "data" / "tiny_bundle")
TIMES = {"p50_ms", "p95_ms", "p99_ms", "cpu_ms"}
PEERS = ("librosa", "nnAudio", "essentia", "chromaprint")


def is_chart(path: Path) -> bool:
    """Tell whether a file is a PNG of a size to be read."""
    content = path.read_bytes()
    width, height = (int.from_bytes(content[at : at + 4]) for at in (16, 20))
    return content.startswith(b"\x89PNG\r\n\x1a\n") and width >= 800 and height >= 200


@pytest.fixture
def no_peers(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PEERS:
        monkeypatch.setitem(sys.modules, name, None)
    for name in list(sys.modules):
        if name.startswith(tuple(f"{peer}." for peer in PEERS)):
            monkeypatch.setitem(sys.modules, name, None)


@pytest.fixture
def music(tmp_path):
    """Return the folder of a short recording and the catalog that has it."""
    folder = tmp_path / "music"
    folder.mkdir()
    soundfile.write(folder / "song.wav", synthesise(8), SAMPLE_RATE)
    assert cli.main(["index", str(tmp_path / "catalog"), str(folder), "--model", TINY_BUNDLE]) == 0
    return folder


def test_latency_of_every_stage_and_variant(here, music, tmp_path):
    out, chart = tmp_path / "out.json", tmp_path / "out.png"
    options = ("--catalog", tmp_path / "catalog", "--threads", 1, "--threads", 2, "--rounds", 1)
    options += ("--model", TINY_BUNDLE, "-o", out, "--plot", chart)
    shown = here("bench", "latency", music, *options)
    report = Report.load(out)
    cases = [(row.case["threads"], row.case["stage"]) for row in report.rows]
    assert cases == [(threads, stage) for threads in (1, 2) for stage in STAGES]
    for row in report.rows:
        assert row.case["model"] == TINY_BUNDLE
        assert row.case["device"] == "cpu"
        assert row.values.keys() == TIMES
        assert 0 < row.values["p50_ms"] <= row.values["p95_ms"] <= row.values["p99_ms"]
    assert report.settings["tracks"] == {TINY_BUNDLE: 1}
    assert report.settings["queries"] == [{"file": "song.wav", "seconds": 8}]
    assert is_chart(chart)
    assert len([line for line in shown.stdout.splitlines() if " identify " in line]) == 2


def test_an_absent_device_is_an_error(here):
    refused = here("bench", "latency", "--model", TINY_BUNDLE, "--device", "cuda", code=2)
    assert "'cuda' is not available" in refused.stderr


def test_audio_that_is_not_there_is_an_error(here, tmp_path):
    assert "no audio to measure with" in here("bench", "latency", tmp_path, code=2).stderr


def test_latency_against_a_catalog_of_the_given_tracks(music):
    song = music / "song.wav"
    arguments = {"rounds": 1, "catalog": None, "tracks": [song]}
    turns = []
    report = measure_latency(
        [song], [TINY_BUNDLE], ["cpu"], [1], **arguments, progress=lambda *turn: turns.append(turn)
    )
    assert len(report.rows) == len(STAGES)
    assert turns == [(1, 2), (2, 2)]


def test_the_demo_has_recordings_of_each_kind():
    assert [len(demo_files(kind)) for kind in ("studio", "live", "other")] == [6, 6, 8]


@pytest.mark.usefixtures("no_peers")
def test_front_ends_beside_librosa(here, tmp_path, monkeypatch):
    # A stand-in: the real one takes long to import, and its call is tested with the front ends.
    monkeypatch.setitem(sys.modules, "librosa", SimpleNamespace(cqt=lambda samples, **_: samples))
    out, chart = tmp_path / "out.json", tmp_path / "out.png"
    here("bench", "frontends", "--seconds", 5, "--rounds", 2, "-o", out, "--plot", chart)
    report = Report.load(out)
    rows = {str(row.case["front end"]): row.values for row in report.rows}
    assert rows.keys() >= {*front_end_names(), "librosa cqt, hop 512"}
    assert rows["librosa cqt, hop 512"]["of_librosa"] == 1
    for values in rows.values():
        assert values.keys() == TIMES | {"of_librosa"}
    assert report.settings == {"audio": "synthesised", "seconds": 5, "rounds": 2, "threads": 1}
    assert is_chart(chart)


@pytest.mark.usefixtures("no_peers")
def test_peers_that_are_not_installed_are_passed_over_with_a_word(here, tmp_path):
    out, chart = tmp_path / "out.json", tmp_path / "out.png"
    options = ("--model", TINY_BUNDLE, "--seconds", 12, "--rounds", 1)
    shown = here("bench", "peers", *options, "-o", out, "--plot", chart)
    report = Report.load(out)
    assert {row.case["library"] for row in report.rows} == {
        "samesong front end",
        "samesong front end and branch",
        "samesong CSMs and scorer",
    }
    for peer, remedy in (
        ("librosa cqt, hop 512", "pip install librosa"),
        ("nnAudio CQT1992v2, hop 6615", "'.[training]'"),
        ("Essentia HPCP", "AGPL"),
        ("Chromaprint", "pip install pyacoustid"),
    ):
        assert remedy in report.skipped[peer]
        assert f"skipped: {peer}, not installed" in shown.stdout
    assert is_chart(chart)


@pytest.mark.usefixtures("no_peers")
def test_front_ends_alone_have_no_ratio(here, tmp_path):
    out = tmp_path / "out.json"
    here("bench", "frontends", "--seconds", 2, "--rounds", 1, "-o", out)
    assert {str(row.case["front end"]) for row in Report.load(out).rows} == set(front_end_names())
    assert all(row.values.keys() == TIMES for row in Report.load(out).rows)


def test_one_recording_is_no_pair(here):
    assert "1 recording given: give two" in here("bench", "peers", "a.wav", code=2).stderr


def test_without_matplotlib_the_extra_is_named(make_report, tmp_path, monkeypatch):
    for name in ("matplotlib", "matplotlib.figure"):
        monkeypatch.setitem(sys.modules, name, None)
    report = make_report(({"front end": "direct"}, dict.fromkeys(TIMES, 1.0)))
    with pytest.raises(MissingExtraError, match=r"'\.\[bench\]'"):
        save_chart(report, tmp_path / "out.png")
