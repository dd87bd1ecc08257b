"""The ``samesong export`` command."""

import json
from pathlib import Path
from typing import Any

import click

from samesong.features.errors import TrainingError
from samesong.features.frontend import get_front_end
from samesong.runtime.cli.command import Command

#: Seconds of the recording that PyTorch and ONNX Runtime are compared on.
_COMPARED_SECONDS = 120.0


@click.command(cls=Command)
@click.argument("checkpoint", type=click.Path(path_type=Path))
@click.argument("bundle", type=click.Path(path_type=Path))
@click.option(
    "--audio",
    "recording",
    required=True,
    type=click.Path(path_type=Path),
    help="Any music file. The export is checked on it: ONNX Runtime must agree with PyTorch.",
)
@click.option(
    "--chroma-front-end",
    "chroma",
    help="Front end that chroma is folded from (default: the one that the model was trained on).",
)
@click.option(
    "--like",
    metavar="MODEL",
    help="Bundled model or folder of one with the same branch, as a distilled scorer has: its "
    "catalogs stay valid, and what was fitted for it is kept, the front end of chroma included.",
)
@click.option("--name", help="Name of the model (default: the name of BUNDLE).")
@click.option(
    "--accuracy",
    multiple=True,
    type=(str, click.Path(path_type=Path)),
    metavar="DATA FILE",
    help="Add the figures in a JSON file to the model card, under the name DATA. Repeatable.",
)
def export(
    *,
    checkpoint: Path,
    bundle: Path,
    recording: Path,
    chroma: str | None,
    like: str | None,
    name: str | None,
    accuracy: tuple[tuple[str, Path], ...],
) -> None:
    """Export a trained model as a model bundle.

    CHECKPOINT is the best.pt of a finished 'samesong train'. BUNDLE is the folder to write; other
    commands take it as --model. An older bundle there is replaced.
    """
    # Not above, so that the help can be read without PyTorch.
    import numpy as np  # noqa: PLC0415

    from samesong.export.bundle_writer import CARD, write_bundle  # noqa: PLC0415
    from samesong.features import audio  # noqa: PLC0415
    from samesong.features.plug_in import transform  # noqa: PLC0415
    from samesong.runtime.inference.bundle import ModelBundle  # noqa: PLC0415
    from samesong.training.checkpoint import Checkpoint  # noqa: PLC0415

    if like is not None and chroma is not None:
        raise click.UsageError("--like takes the front end of chroma over: leave the other out.")
    loaded, alike = Checkpoint.load(checkpoint), None if like is None else ModelBundle.load(like)
    loaded.require_calibrated(str(checkpoint), "let 'samesong train' finish and export best.pt")
    front_end = loaded.front_end()
    rate = front_end.spec.sample_rate
    samples = audio.load(recording, sample_rate=rate, duration=_COMPARED_SECONDS)
    cqt = transform(front_end, samples, rate)[None]
    # The same music in another key and at another tempo stand for versions of it.
    pairs = [(cqt, np.roll(cqt, 2, axis=1)), (np.ascontiguousarray(cqt[:, :, ::2]), cqt)]
    heard = None if chroma is None else get_front_end(chroma).spec
    written = write_bundle(
        loaded,
        bundle,
        name or bundle.name,
        pairs,
        {data: _figures(file) for data, file in accuracy},
        chroma=heard if alike is None else alike.chroma_spec,
        like=alike,
    )
    manifest = written.manifest
    click.echo(f"{bundle}: model {manifest.name!r} after {loaded.step} steps, see {CARD}")
    click.echo(
        f"PyTorch and ONNX Runtime differ by {manifest.parity.random:.1e} on noise and "
        f"{manifest.parity.real:.1e} on {recording.name}"
    )


def _figures(path: Path) -> dict[str, Any]:
    try:
        figures = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise TrainingError(f"{path}: not a readable JSON file ({error}).") from error
    if not isinstance(figures, dict):
        raise TrainingError(
            f"{path}: holds no JSON object of figures, such as 'evaluate --json' prints."
        )
    return figures
