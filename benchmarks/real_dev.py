"""Score a model on real recordings that are at hand only as constant-Q magnitudes.

The file (.npz) holds ``cqt_db`` uint8 (n, 72, frames): magnitudes at 22,050 Hz and hop 512, C1 to
B6, in steps of 0.3 dB above -76.5 dB; ``n_frames``, ``work_id`` and ``kind`` (live or studio).
Use it to choose between models, never to train one.
"""

import json
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from samesong.features.framing import frame_means
from samesong.features.harmonic import harmonic_part, whiten
from samesong.features.spec import FeatureSpec
from samesong.features.standardise import standardise
from samesong.runtime.evaluation.evaluator import measure, score_matrix
from samesong.runtime.evaluation.metrics import NAMES, RetrievalMetrics, open_set_metrics
from samesong.runtime.identification.posterior import ACCEPTED, posterior_rows
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import DEFAULT_MODEL, ModelBundle
from samesong.runtime.matching.scorer import Scorer

#: Samples between the columns of the file.
HOP = 512

Array = NDArray[np.float32]


def spectrogram(magnitude: Array, spec: FeatureSpec) -> Array:
    """Do what a front end does after its constant-Q transform.

    The file's grid stands in for the front end's own: where their hops differ, magnitudes are
    interpolated over time.
    """
    n_samples = (magnitude.shape[1] - 1) * HOP
    points = np.arange(0, n_samples + 1, spec.hop) / HOP
    left = np.minimum(points.astype(np.int64), magnitude.shape[1] - 2)
    share = (points - left).astype(np.float32)
    fine = magnitude[:, left] * (1 - share) + magnitude[:, left + 1] * share
    if spec.name == "direct":
        return standardise(fine)
    if spec.name == "harmonic":
        fine = whiten(harmonic_part(fine))
    return standardise(frame_means(lambda start, stop: fine[:, start:stop], spec, n_samples))


def show(title: str, metrics: RetrievalMetrics) -> None:
    """Print all figures on one line, and how sure the top-1 is."""
    figures = (f"{name} {metrics.values[name].value:.3f}" for name in NAMES)
    interval = metrics.values["top1"]
    click.echo(
        f"{title}: {', '.join(figures)} ({metrics.n_queries} queries, "
        f"{metrics.n_references} references; top1 95 %: {interval.low:.3f} to {interval.high:.3f})"
    )


@click.command()
@click.argument("data", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--model", default=DEFAULT_MODEL, show_default=True, help="Name or folder.")
@click.option("--json", "json_path", type=click.Path(path_type=Path), help="Write figures here.")
def main(data: Path, model: str, json_path: Path | None) -> None:
    """Score MODEL on the recordings in DATA (.npz)."""
    bundle = ModelBundle.load(model)
    analyser = Analyser(bundle)
    with np.load(data) as content:
        works, kinds = content["work_id"].tolist(), content["kind"].tolist()
        recordings = []
        for decibels, n_frames in zip(content["cqt_db"], content["n_frames"], strict=True):
            magnitude = 10 ** ((decibels[:, :n_frames].astype(np.float32) * 0.3 - 76.5) / 20)
            recordings.append(analyser.spectrogram(spectrogram(magnitude, bundle.spec)))
    scores = score_matrix(recordings, Scorer(bundle), bundle.fitted.pooling.temperature)
    all_vs_all, live_to_studio = measure(scores, works, kinds, bundle.fitted.posterior)
    same = np.array(works)[:, None] == np.array(works)
    others = ~np.eye(len(works), dtype=np.bool_)
    asked = posterior_rows(scores, others, bundle.fitted.posterior), same, others
    left_out = posterior_rows(scores, others & ~same, bundle.fitted.posterior)
    decided = {
        "at the default threshold": open_set_metrics(*asked, left_out=left_out, threshold=ACCEPTED),
        "at 1 % false accepts": open_set_metrics(*asked, left_out=left_out),
    }
    show("all-vs-all", all_vs_all)
    show("live to studio", live_to_studio)
    for name, shares in decided.items():
        click.echo(
            f"{name} ({shares.threshold:.4f}): {shares.accepted} accepted and right; "
            f"{shares.false_accepts} accepted wrongly with the song left out"
        )
    if json_path:
        figures = {
            "model": bundle.manifest.name,
            "n_tracks": len(works),
            "all_vs_all": all_vs_all.to_dict(),
            "live_to_studio": live_to_studio.to_dict(),
            "open_set": {name: shares.to_dict() for name, shares in decided.items()},
        }
        json_path.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
