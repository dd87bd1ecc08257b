"""``samesong bench retrieval`` with the tiny model on a few short songs."""

import json
import shutil
from pathlib import Path

import pytest
import soundfile

from samesong.features import SAMPLE_RATE
from samesong.runtime import cli
from samesong.runtime.bench.grown_catalog import SYNTHETIC_SECONDS, synthetic_track_id
from samesong.runtime.bench.report import Report
from samesong.runtime.bench.signals import demo_recordings, synthesise
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.verify import verify
from samesong.runtime.inference.bundle import ModelBundle


@pytest.fixture(scope="module")
def manifest(tmp_path_factory):
    """List two songs with a live version each, and one that nobody plays."""
    folder = tmp_path_factory.mktemp("songs")
    lines = ["path,work_id,kind"]
    for seed in range(3):
        samples = synthesise(20, seed)
        soundfile.write(folder / f"studio{seed}.wav", samples, SAMPLE_RATE)
        lines.append(f"studio{seed}.wav,song{seed},studio")
        if seed:
            soundfile.write(folder / f"live{seed}.wav", 0.5 * samples[SAMPLE_RATE:], SAMPLE_RATE)
            lines.append(f"live{seed}.wav,song{seed},live")
    (folder / "list.csv").write_text("\n".join(lines) + "\n")
    return folder / "list.csv"


def arguments(manifest, tiny, folder, *options):
    settings = ("--manifest", manifest, "--made", 2, "--seconds", "5,15", "--threads", 1)
    return ["bench", "retrieval", folder, "--model", tiny, *settings, *options]


@pytest.fixture(scope="module")
def measured(manifest, tiny, tmp_path_factory):
    """Return a folder in which 40 windows were measured, only to be read."""
    folder = tmp_path_factory.mktemp("measured") / "work"
    run = arguments(manifest, tiny, folder, "--sizes", "40", "-o", folder / "out.json")
    folder.mkdir()
    assert cli.main(list(map(str, run))) == 0
    return folder


@pytest.fixture
def bench(here, manifest, tiny, measured, tmp_path):
    """Go on with a copy of that folder, ``work``."""
    folder = Path(shutil.copytree(measured, tmp_path / "work"))

    def run(*options, code=0):
        return here(*arguments(manifest, tiny, folder, *options), code=code)

    return run


def rows_of(path):
    return [(row.case, row.values) for row in Report.load(path).rows]


def test_every_size_is_measured_once_and_the_catalog_grows(bench, measured, tiny, tmp_path):
    out, chart = tmp_path / "out.json", tmp_path / "out.png"
    shown = bench("--sizes", "40,90", "-o", out, "--plot", chart, "-v")
    assert "grow to 90" in shown.stderr
    assert "grow to 40" not in shown.stderr
    first = rows_of(measured / "out.json")
    assert rows_of(out)[: len(first)] == first
    cases = [case for case, _ in rows_of(out)]
    searches = [
        {"step": "search", "query": query, "seconds": seconds}
        for seconds in (5.0, 15.0)
        for query in ("recorded", "made")
    ]
    for size in (40, 90):
        identified = [{"step": "identify", "seconds": seconds} for seconds in (5.0, 15.0)]
        for case in ({"step": "build"}, {"step": "open"}, *identified, *searches):
            assert {"windows": size, **case} in cases
    assert len(cases) == 16
    assert len(list((tmp_path / "work" / "queries").iterdir())) == 4
    assert chart.read_bytes().startswith(b"\x89PNG")
    catalog = Catalog(tmp_path / "work" / "catalog", ModelBundle.load(tiny))
    report = verify(catalog)
    assert not report.problems
    assert 90 <= report.n_windows < 110
    # The made tracks of two runs are those of one: each comes from its number alone.
    made = [track.track_id for track in catalog.tracks() if track.duration == SYNTHETIC_SECONDS]
    assert sorted(made) == [synthetic_track_id(number) for number in range(len(made))]


def test_figures_lie_where_they_must(measured):
    for case, values in rows_of(measured / "out.json"):
        if case["step"] == "search":
            assert values["n_queries"] == 2
            assert values["p50_ms"] >= values["score_ms"] > 0
            shares = {name: v for name, v in values.items() if name.startswith(("rec", "agr"))}
            assert shares.keys() == {
                "recall_first",
                "recall_10",
                "recall_candidates",
                "recall_exhaustive",
                "agreement",
                "agreement_answer",
            }
            assert all(0 <= share <= 1 for share in shares.values())
            assert shares["recall_first"] <= shares["recall_10"] <= shares["recall_candidates"]
            # So few windows are always all compared.
            assert shares["agreement"] == shares["agreement_answer"] == 1
        if case["step"] == "open":
            assert values["first_search_ms"] > 0
            assert values["anonymous_mb"] > 0
        if case["step"] == "build":
            assert 40 <= values["n_windows"] < 50
            assert values["disk_gb"] > 0


def test_exhaustive_searches_are_not_made_again(bench, tmp_path):
    folder = tmp_path / "work"
    (folder / "retrieval.json").unlink()
    kept = list(folder.glob("exhaustive/*/*"))
    assert len(kept) == 8  # two recorded and two made, in two lengths
    for path in kept:
        found = json.loads(path.read_text())
        last = min(found, key=found.get)
        path.write_text(json.dumps(found | {last: 99.0}))
    out = tmp_path / "out.json"
    bench("--sizes", "40", "-o", out)
    searched = [values for case, values in rows_of(out) if case["step"] == "search"]
    assert [values["agreement"] for values in searched] == [0, 0, 0, 0]


def test_a_damaged_exhaustive_search_is_told(bench, tmp_path):
    folder = tmp_path / "work"
    (folder / "retrieval.json").unlink()
    for path in folder.glob("exhaustive/*/*"):
        path.write_text("[")
    assert "delete it to search again" in bench("--sizes", "40", code=2).stderr


def test_beyond_the_limit_nothing_is_exhaustive(manifest, tiny, here, measured, tmp_path):
    folder = Path(shutil.copytree(measured, tmp_path / "work"))
    (folder / "retrieval.json").unlink()
    out = tmp_path / "out.json"
    options = ("--sizes", "40", "--exhaustive-up-to", 10, "-o", out)
    here(*arguments(manifest, tiny, folder, *options))
    assert not any("agreement" in values for _, values in rows_of(out))


def test_an_outgrown_catalog_is_refused(bench):
    assert "too many to measure at 20" in bench("--sizes", "20", code=2).stderr


def test_a_folder_measured_with_other_settings_is_refused(bench):
    assert "made_queries" in bench("--sizes", "40", "--made", 3, code=2).stderr


@pytest.mark.parametrize("sizes", ["a lot", "1000,,10", "0"])
def test_sizes_that_are_none(bench, sizes):
    assert "--sizes" in bench("--sizes", sizes, code=2).stderr


def test_the_demo_has_live_versions_of_six_of_its_tracks():
    entries = demo_recordings()
    kinds = [entry.kind for entry in entries]
    assert (kinds.count("studio"), kinds.count("live")) == (14, 6)
    studio = {entry.work_id for entry in entries if entry.kind == "studio"}
    assert {entry.work_id for entry in entries if entry.kind == "live"} < studio


def test_one_recording_twice_is_refused(here, tiny, manifest, tmp_path):
    header, first, *rest = manifest.read_text().splitlines()
    path, work, kind = first.split(",")
    copied = manifest.with_name(f"copy{Path(path).suffix}")
    shutil.copy(manifest.parent / path, copied)
    listed = manifest.with_name("twice.csv")
    listed.write_text("\n".join([header, first, f"{copied},{work},{kind}", *rest]) + "\n")
    options = ("--model", tiny, "--manifest", listed, "--sizes", "20")
    refused = here("bench", "retrieval", tmp_path / "work", *options, code=2)
    assert "have the same content: remove one of them" in refused.stderr


def test_music_without_live_versions_is_refused(here, tiny, manifest, tmp_path):
    listed = manifest.with_name("studio.csv")
    lines = [line for line in manifest.read_text().splitlines() if not line.endswith("live")]
    listed.write_text("\n".join(lines) + "\n")
    options = ("--model", tiny, "--manifest", listed, "--sizes", "20")
    refused = here("bench", "retrieval", tmp_path / "work", *options, code=2)
    assert "no live recording has a studio recording" in refused.stderr
