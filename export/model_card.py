"""A model card: what a reader wants to know of a model before relying on it."""

from typing import Any

from samesong.runtime.inference.bundle import Manifest

_INTRODUCTION = """\
# {name}

A samesong model: tells whether two recordings are performances of the same song, in any key,
tempo and arrangement. Made on {created} with samesong {samesong}, preset `{preset}`, for the
front end `{front_end}`.

## Use

    samesong identify CATALOG RECORDING --model {name}

`compare` answers with the probability of a pair, calibrated on works kept out of training when a
run ends; from one half on two recordings count as the same song. Of queries whose song was not
among those works, 95 in 100 had no pair above {threshold:.3f}. `identify` weighs the tracks of a
catalog against each other and against none of them. On real recordings it is a guide,
not a guarantee: look at the matched times before paying anyone by it.

## Training

{steps} steps on {corpus}. {before}The configuration:

{config}

## Measured

{accuracy}

ONNX Runtime agrees with PyTorch within {random:.1e} on noise and {real:.1e} on music.

## Limits

{heard} Weakest where little but
rhythm is left of a song (spoken passages, drum solos), on very short excerpts, and where two songs
share a chord pattern and nothing else can be heard.
"""

_BEFORE = "Before that, {} steps of the runs that it started from. "
_RENDERED = "Trained on music rendered from notes, without recorded voices."
_HEARD = "Of recordings, it knows only the kinds that it was trained on."


def model_card(manifest: Manifest) -> str:
    """Write the card of a bundle from its manifest, as Markdown."""
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
        heard=_HEARD if "works in recordings" in training["corpus"] else _RENDERED,
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
