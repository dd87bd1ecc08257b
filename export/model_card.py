"""The model card of a bundle: its use, training data, measured accuracy and limits."""

from typing import Any

from samesong.runtime.inference.manifest import Manifest

_INTRODUCTION = """\
# {name}

A samesong model, which decides whether two recordings are performances of the same song, in any
key, tempo and arrangement. Created on {created} with samesong {samesong}, preset `{preset}`, for
the front end `{front_end}`{chroma}.

## Use

    samesong identify CATALOG RECORDING --model {name}

`compare` gives the probability of a pair, calibrated on works held out of training; two recordings
count as the same song at a probability of 0.5 or more. `identify` divides the probability among the
works of a catalog and none of them. On real recordings, treat it as a guide, not a guarantee: check
the matched times before paying anyone by it.

## Training

{steps} steps on {corpus}. {before}Configuration:

{config}

## Measured

{accuracy}

ONNX Runtime agrees with PyTorch within {random:.1e} on noise and {real:.1e} on music.

## Limits

{heard} Weakest where little but
the rhythm of a song remains (spoken passages, drum solos), on very short excerpts, and where two
songs share a chord progression and nothing else is audible.
"""

_BEFORE = "It started from a model trained for {} steps. "
_DISTILLED = (
    "They taught the scorer alone to answer as a larger one did, which had been trained with the "
    "branch: {} steps on {}. "
)
_CHROMA = ", with chroma of the front end `{}`"
_RENDERED = "Trained on music rendered from notes, without recorded voices."
_HEARD = "Untested on kinds of recordings other than those it was trained on."


def model_card(manifest: Manifest) -> str:
    """Return the card of a bundle as Markdown.

    Parameters
    ----------
    manifest : Manifest
        Manifest of the bundle.

    Returns
    -------
    str
        The card; the same manifest always gives the same card.
    """
    training, chroma = dict(manifest.training), manifest.chroma_front_end
    return _INTRODUCTION.format(
        name=manifest.name,
        created=manifest.created,
        samesong=manifest.samesong,
        preset=manifest.preset,
        front_end=manifest.front_end["name"],
        chroma=_CHROMA.format(chroma["name"]) if chroma else "",
        steps=training["steps"],
        before=_before(training),
        heard=_HEARD if "works in recordings" in training["corpus"] else _RENDERED,
        corpus=_corpus(training),
        config=_table(["setting", "value"], list(training["config"].items())),
        accuracy="\n\n".join(
            f"On {data}:\n\n{_table(['figure', 'value'], _figures(values))}"
            for data, values in manifest.accuracy.items()
        ),
        random=manifest.parity.random,
        real=manifest.parity.real,
    )


def _corpus(training: dict[str, Any]) -> str:
    return ", ".join(f"{count} {name}" for name, count in training["corpus"].items())


def _before(training: dict[str, Any]) -> str:
    """Tell what was trained before these steps."""
    steps = training["steps_before"]
    if "branch" in training:
        return _DISTILLED.format(steps, _corpus(training["branch"]))
    return _BEFORE.format(steps) if steps else ""


def _figures(values: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Return nested measurements as rows; an interval becomes one cell."""
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
