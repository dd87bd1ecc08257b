"""Model cards, written from the manifests of bundles."""

from typing import Any

from samesong.runtime.inference.bundle import Manifest

_INTRODUCTION = """\
# {name}

A samesong model: it finds recordings of the same song, in any key, tempo and arrangement. Exported
on {created} by samesong {samesong}, preset `{preset}`, for the front end `{front_end}`.

## Use

    samesong identify CATALOG RECORDING --model {name}

`compare` prints the probability that two recordings are of the same song; it is calibrated on works
held out of training, and 0.5 or more counts as a match. Of queries whose song was not among those
works, 95 in 100 had no pair above {threshold:.3f}. `identify` weighs the tracks of a catalog
against each other and against none of them. Its answers on real recordings are a guide, not a
guarantee: listen to the matched passages before any money depends on them.

## Training

{steps} steps on {corpus}. {before}The configuration:

{config}

## Measured

{accuracy}

ONNX Runtime agrees with PyTorch within {random:.1e} on noise and {real:.1e} on music.

## Limits

{corpora} Weakest on passages with little but rhythm (speech, drum solos), on very
short excerpts, and on different songs with the same chord progression.
"""

_BEFORE = "The runs that it started from took {} steps. "
_NOTES = "Trained on music rendered from notes, without recorded voices."
_RECORDINGS = "Of recordings, it has seen only the kinds that it was trained on."


def model_card(manifest: Manifest) -> str:
    """Write the card of a bundle.

    Parameters
    ----------
    manifest : Manifest
        The bundle's.

    Returns
    -------
    str
        Markdown.
    """
    training = dict(manifest.training)
    return _INTRODUCTION.format(
        name=manifest.name,
        created=manifest.created,
        samesong=manifest.samesong,
        preset=manifest.preset,
        front_end=manifest.front_end["name"],
        threshold=manifest.calibration.threshold,
        steps=training["steps"],
        before=_BEFORE.format(training["steps_before"]) if training["steps_before"] else "",
        corpora=_RECORDINGS if "works in recordings" in training["corpus"] else _NOTES,
        corpus=", ".join(f"{count} {name}" for name, count in training["corpus"].items()),
        config=_table(["setting", "value"], list(training["config"].items())),
        accuracy="\n\n".join(
            f"On {data}:\n\n{_table(['figure', 'value'], _figures(values))}"
            for data, values in manifest.accuracy.items()
        ),
        random=manifest.parity.random,
        real=manifest.parity.real,
    )


def _figures(values: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Flatten measurements; an interval becomes one cell."""
    rows = []
    for name, value in values.items():
        if isinstance(value, dict) and "low" in value:
            shown = f"{value['value']:.3f} ({value['low']:.3f} to {value['high']:.3f})"
            rows.append((f"{prefix}{name}", shown))
        elif isinstance(value, dict):
            rows += _figures(value, f"{prefix}{name} ")
        else:
            rows.append((f"{prefix}{name}", f"{value:.3f}" if isinstance(value, float) else value))
    return rows


def _table(headers: list[str], rows: list[tuple[str, Any]]) -> str:
    lines = [headers, ["---"] * len(headers), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)
