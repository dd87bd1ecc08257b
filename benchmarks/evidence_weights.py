"""Fit the weights of the alignments beside the scorer's logit, by cross-validation over works.

All recordings of a list (path, work_id, kind) are compared, 120 s from the start of each. Weights
make the right recording likely among all others (softmax), less a penalty for leaving those that a
model starts from; each fold of works is measured with weights that were fitted on the others.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import click
import numpy as np
from kept_evidence import kept
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar
from scipy.special import logsumexp

from samesong.features import audio
from samesong.runtime.evaluation.evaluator import measure
from samesong.runtime.evaluation.manifest import read_listed_recordings
from samesong.runtime.identification.posterior import posterior_rows
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import ModelBundle, starting_values
from samesong.runtime.matching.alignment_score import alignment_scores
from samesong.runtime.matching.chroma_similarity import chroma_csms
from samesong.runtime.matching.cross_similarity import late_interaction, products
from samesong.runtime.matching.scorer import Scorer
from samesong.runtime.representation.window import Window

SECONDS = 120.0
PARTS = ("scorer", "alignment", "chroma", "late")
FOLDS = 5

#: Places of the parts that models add up.
BESIDE = [0, 1, 2]

#: Weights that fits start from; those of the alignments may not fall below 0.
START = (0.45, 2.0, 2.0, 0.0)

Floats = NDArray[np.float64]
File = click.Path(exists=True, dir_okay=False, path_type=Path)


@dataclass(frozen=True)
class Evidence:
    """The parts of the evidence of all pairs of recordings.

    Attributes
    ----------
    parts : ndarray, shape (n_parts, n, n), float64
        Those of `PARTS`, a row for each query.
    works, kinds : ndarray, shape (n,), str
        Work and kind of each recording.
    """

    parts: Floats
    works: NDArray[np.str_]
    kinds: NDArray[np.str_]

    def added(self, weights: Floats) -> Floats:
        """Add up the parts.

        Parameters
        ----------
        weights : ndarray, shape (n_parts,)
            One for each part.

        Returns
        -------
        ndarray, shape (n, n)
            The evidence.
        """
        return np.asarray(np.tensordot(weights, self.parts, 1))

    def figures(self, scores: Floats) -> str:
        """Return mAP and top-1, all against all, then live to studio.

        Parameters
        ----------
        scores : ndarray, shape (n, n)
            Evidence of every recording against every other.

        Returns
        -------
        str
            The figures.
        """
        posterior = starting_values().posterior
        made = measure(scores, self.works.tolist(), self.kinds.tolist(), posterior)
        return "; ".join(
            ", ".join(f"{one.values[name].value:.3f}" for name in ("mAP", "top1")) for one in made
        )


def compare(path: Path, model: str) -> Evidence:
    """Compare the recordings of a list by each part of a model's evidence.

    Parameters
    ----------
    path : Path
        The list.
    model : str
        Name or folder of the model.

    Returns
    -------
    Evidence
        The parts.
    """
    bundle = ModelBundle.load(model)
    entries = read_listed_recordings(path)
    analyser, rate = Analyser(bundle), bundle.spec.sample_rate
    windows: list[Window] = []
    for number, entry in enumerate(entries, 1):
        samples = audio.load(entry.path, sample_rate=rate, duration=SECONDS)
        windows.append(analyser.samples(samples, rate)[0])
        if number % 20 == 0:
            click.echo(f"analysed {number} of {len(entries)}", err=True)
    alignment = bundle.fitted.alignment
    levels = [one.sequences.levels[-1] for one in windows]
    alike = defaultdict(list)  # windows whose matrices have one shape
    for number, one in enumerate(windows):
        alike[len(one.chroma), len(levels[number])].append(number)

    def of_each(score: Callable[[Window, list[int]], NDArray[np.float32]]) -> Floats:
        scores = np.zeros((len(windows), len(windows)))
        for row, query in enumerate(windows):
            for members in alike.values():
                scores[row, members] = score(query, members)
        return scores

    def csms(query: Window, members: list[int]) -> NDArray[np.float32]:
        return products(query.sequences.levels[-1], np.stack([levels[one] for one in members]))

    parts = [
        _scorer_alone(bundle).matrix(windows, windows),
        of_each(lambda a, b: alignment_scores(csms(a, b), alignment, alignment.deep_chance)),
        of_each(
            lambda a, b: alignment_scores(
                chroma_csms(a.chroma, [windows[one].chroma for one in b]),
                alignment,
                alignment.chroma_chance,
            )
        ),
        of_each(lambda a, b: late_interaction(csms(a, b))),
    ]
    return Evidence(
        np.stack(parts),
        np.array([entry.work_id for entry in entries]),
        np.array([entry.kind for entry in entries]),
    )


def _scorer_alone(bundle: ModelBundle) -> Scorer:
    """Return the scorer of a bundle without anything beside its network."""
    alone = {"alignment": 0.0, "chroma": 0.0, "scale": 1.0, "offset": 0.0}
    fitted = bundle.fitted
    calibration = fitted.calibration.model_copy(update=alone)
    fitted = fitted.model_copy(update={"calibration": calibration})
    return Scorer(replace(bundle, manifest=bundle.manifest.model_copy(update={"fitted": fitted})))


def fit(evidence: Evidence, queries: NDArray[np.bool_], used: list[int], penalty: float) -> Floats:
    """Fit weights by softmax over all other recordings.

    Parameters
    ----------
    evidence : Evidence
        The parts.
    queries : ndarray, shape (n,), bool
        Recordings whose works are fitted on; only these are compared with each other.
    used : list of int
        Places of the parts that get a weight; the others have 0.
    penalty : float
        On the squared distance of the logarithm of the scale, and of weights relative to it, from
        `START`.

    Returns
    -------
    ndarray, shape (n_parts,), float64
        The weights, that of the scorer included.
    """
    parts = evidence.parts[:, queries][:, :, queries]
    works = evidence.works[queries]
    others = ~np.eye(len(works), dtype=np.bool_)
    true = (works[:, None] == works) & others
    asked = true.any(axis=1)
    start = np.array([START[place] for place in used[1:]])

    def weights(free: Floats) -> Floats:
        found = np.zeros(len(PARTS))
        found[used] = np.exp(free[0]) * np.concatenate([[1.0], free[1:]])
        return found

    def loss(free: Floats) -> float:
        scores = np.tensordot(weights(free), parts, 1)
        every = logsumexp(np.where(others, scores, -np.inf)[asked], axis=1)
        right = logsumexp(np.where(true, scores, -np.inf)[asked], axis=1)
        away = (free[0] - np.log(START[0])) ** 2 + ((free[1:] - start) ** 2).sum()
        return float((every - right).mean() + penalty * away)

    first = np.concatenate([[np.log(START[0])], start])
    bounds = [(-4.0, 4.0), *[(0.0, 50.0)] * len(start)]
    return weights(minimize(loss, first, method="L-BFGS-B", bounds=bounds).x)


def fit_offset(evidence: Evidence, scores: Floats) -> float:
    """Fit the offset of scores by how well posteriors of live recordings tell what is played.

    Each is asked for among all studio recordings, and among those without its own.

    Parameters
    ----------
    evidence : Evidence
        Of which the works and kinds are used.
    scores : ndarray, shape (n, n), float64
        Weighed and scaled evidence.

    Returns
    -------
    float
        Least log-loss.
    """
    posterior = starting_values().posterior
    live, studio = evidence.kinds == "live", evidence.kinds == "studio"
    asked = scores[np.ix_(live, studio)]
    true = evidence.works[live][:, None] == evidence.works[studio]

    def loss(offset: float) -> float:
        found = posterior_rows(asked + offset, np.ones_like(true), posterior)
        missing = posterior_rows(asked + offset, ~true, posterior)
        right, none = np.where(true, found, 0).sum(axis=1), 1 - missing.sum(axis=1)
        return -float(np.log(np.maximum([right, none], 1e-9)).mean())

    return float(minimize_scalar(loss, bounds=(-8, 8), method="bounded").x)


@click.command()
@click.argument("recordings", type=File)
@click.option("--model", required=True)
@click.option("--keep", type=click.Path(path_type=Path), help="NPZ file to keep the parts in.")
@click.option("--penalty", default=0.01, show_default=True)
@click.option("--seed", default=1, show_default=True)
def main(recordings: Path, model: str, keep: Path | None, penalty: float, seed: int) -> None:
    """Fit the weights of MODEL on the RECORDINGS that a CSV lists."""
    evidence = kept(keep, Evidence, lambda: compare(recordings, model))
    names = list(dict.fromkeys(evidence.works.tolist()))
    click.echo(f"{len(evidence.works)} recordings of {len(names)} works; mAP, top-1; live")
    for name, part in zip(PARTS, evidence.parts, strict=True):
        click.echo(f"{name:34} {evidence.figures(part)}")
    for given in ((1, 1, 1, 0), (1, 2, 2, 0), (1, 2, 1, 0), (1, 4, 2, 0), (1, 4, 0, 0)):
        click.echo(f"{given!s:34} {evidence.figures(evidence.added(np.array(given, float)))}")
    folds = np.random.default_rng(seed).permutation(len(names)) % FOLDS
    fold = np.array([folds[names.index(work)] for work in evidence.works])
    for used in ([0], [0, 1], [0, 2], BESIDE, [0, 1, 2, 3]):
        scores = np.zeros_like(evidence.parts[0])
        chosen = []
        for number in range(FOLDS):
            mine = fold == number
            weights = fit(evidence, ~mine, used, penalty)
            scores[mine] = evidence.added(weights)[mine]
            chosen.append(np.round(weights[1:] / weights[0], 2).tolist())
        whole = fit(evidence, np.ones(len(fold), np.bool_), used, penalty)
        click.echo(f"cross-validated {'+'.join(PARTS[one] for one in used)}: ")
        click.echo(f"{'':34} {evidence.figures(scores)}; folds {chosen}")
        click.echo(f"{'':34} all: scale {whole[0]:.3f}, {np.round(whole[1:] / whole[0], 2)}")
        if used == BESIDE:
            beside = np.round(whole[1:] / whole[0], 1)
            scores = whole[0] * evidence.added(np.array([1.0, *beside]))
            click.echo(f"{'':34} with {beside}: offset {fit_offset(evidence, scores):.2f}")


if __name__ == "__main__":
    main()
