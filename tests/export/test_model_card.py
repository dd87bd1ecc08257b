import pytest

pytest.importorskip("torch")

from samesong.export.model_card import model_card
from samesong.runtime.inference.bundle import ModelBundle

pytestmark = pytest.mark.training


def rows(card, header):
    """The cells of the table that begins with a header."""
    lines = card.splitlines()
    first = lines.index(f"| {header} | value |")
    table = lines[first : lines.index("", first)]
    return dict(line.strip("| ").split(" | ", 1) for line in table[2:])


def tables(card):
    return card.split("## Measured")[1].split("On ")[1:]


def test_the_card_of_a_bundle_is_that_of_its_manifest(exported):
    bundle = ModelBundle.load(exported.path)
    assert (exported.path / "MODEL_CARD.md").read_text("utf-8") == model_card(bundle.manifest)


def test_the_card_says_what_made_the_model(exported):
    manifest = ModelBundle.load(exported.path).manifest
    card = model_card(manifest)
    assert card.startswith("# model\n")
    assert "preset `tiny`" in card
    assert "front end `direct`" in card
    [(kind, count)] = manifest.training["corpus"].items()
    assert f"{manifest.training['steps']} steps on {count} {kind}." in card
    assert "It started from" not in card  # it started from nothing
    assert rows(card, "setting") == {
        name: str(value) for name, value in manifest.training["config"].items()
    }
    assert f"within {manifest.parity.random:.1e} on noise" in card
    assert f"and {manifest.parity.real:.1e} on music" in card


def test_the_card_holds_every_figure(exported):
    manifest = ModelBundle.load(exported.path).manifest
    held_out, concerts = tables(model_card(manifest))
    assert held_out.startswith("held-out works:\n")
    assert rows(held_out, "figure") == {
        name: f"{value:.3f}" for name, value in manifest.accuracy["held-out works"].items()
    }
    assert concerts.startswith("concerts:\n")
    assert rows(concerts, "figure") == {
        "model": "model",
        "live_to_studio n_queries": "40",
        "live_to_studio mAP": "0.812 (0.750 to 0.875)",
        "live_to_studio top1": "None",
        "failures": "[]",
    }
