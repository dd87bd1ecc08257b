from pathlib import Path

import mutagen
import numpy as np
import pytest

from samesong.features import audio
from samesong.runtime.demo.run import DEMO_AUDIO, run_demo

TINY_BUNDLE = Path(__file__).parents[2] / "data" / "tiny_bundle"
FILES = sorted(DEMO_AUDIO.glob("*.opus"))
SONGS = sorted(path.stem.removeprefix("live_") for path in DEMO_AUDIO.glob("live_*.opus"))


def test_every_live_recording_has_its_studio_recording() -> None:
    studio = {path.stem.removeprefix("studio_") for path in DEMO_AUDIO.glob("studio_*.opus")}
    assert set(SONGS) == studio
    assert len(SONGS) >= 4
    assert len(list(DEMO_AUDIO.glob("other_*.opus"))) >= 6


def test_recordings_stay_below_8_mb() -> None:
    assert sum(path.stat().st_size for path in DEMO_AUDIO.iterdir()) < 8e6


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_is_tagged_and_attributed(path: Path) -> None:
    tags = mutagen.File(path)
    assert tags["title"]
    assert tags["artist"]
    attribution = (DEMO_AUDIO / "ATTRIBUTION.md").read_text(encoding="utf-8")
    assert f"`{path.name}`" in attribution


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_is_well_levelled(path: Path) -> None:
    samples = audio.load(path)
    assert 70 < len(samples) / 22050 < 112
    assert np.max(np.abs(samples)) < 1
    level = 10 * np.log10(np.mean(np.square(samples, dtype="f8")))
    assert -28 < level < -14


def test_report_covers_every_live_recording(tmp_path: Path) -> None:
    lines: list[str] = []
    run_demo(tmp_path, model=str(TINY_BUNDLE), device="cpu", report=lines.append)
    text = "\n".join(lines)
    assert text.count("(live)") == len(SONGS)
    assert all(line == line.rstrip("\n") and "\n" not in line for line in lines)
    for song in SONGS:
        title = mutagen.File(DEMO_AUDIO / f"live_{song}.opus")["title"][0]
        assert title in text
    assert f"of {len(SONGS)} live recordings are named" in text
    assert "samesong identify" in text
