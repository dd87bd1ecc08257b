"""Measure what it brings to score the best works again, each at the tempo of its own alignment.

Identification does so (`samesong.runtime.identification.tempo_evidence`): recordings of the best
few works of each query that run at another tempo are scored once more, with the CQ-spectrogram of
the query stretched to theirs. Here other rules and numbers of works are compared with what it does.
``benchmarks/tempo_trials.py`` makes recordings to measure it by.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import process_time

import click
import numpy as np
from numpy.typing import NDArray

from samesong.features import audio
from samesong.runtime.evaluation.manifest import read_listed_recordings
from samesong.runtime.identification.posterior import posteriors
from samesong.runtime.identification.shortlist import finalists
from samesong.runtime.identification.tempo_evidence import coarse_tempo_ratio
from samesong.runtime.identification.verdict import ACCEPTED
from samesong.runtime.identification.works import work_evidence
from samesong.runtime.inference.bundle import DEFAULT_MODEL, ModelBundle
from samesong.runtime.inference.encoder import Branch
from samesong.runtime.inference.fitted import PosteriorParameters
from samesong.runtime.inference.spectrograms import spectrograms
from samesong.runtime.matching.scorer import Scorer
from samesong.runtime.representation.chroma import fold
from samesong.runtime.representation.time_stretch import change_tempo
from samesong.runtime.representation.window import Window

SECONDS = 120.0

#: Recordings of each query that are aligned and scored again.
ALIGNED = 12

#: Logarithm of the ratio of neighbouring tempos.
STEP = float(np.log(1.15))

#: Probability that a work counts with in log-loss, at least: none behind the best rivals has any.
LEAST = 1e-4

#: Best works whose recordings are scored again; 0 leaves all as it is.
WORKS = (0, 2, 4, 6)

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Spectrograms = list[NDArray[np.float32]]
Again = Callable[[Mask], Floats]
File = click.Path(exists=True, dir_okay=False, path_type=Path)


@dataclass(frozen=True)
class Trials:
    """Evidence of all pairs of recordings, and of the best ones once more.

    Attributes
    ----------
    before : ndarray, shape (n, n), float64
        Evidence at the query's own tempo, a row for each query.
    again : ndarray, shape (n, n), float64
        That at the tempo of the alignment; NaN where the pair was not aligned.
    steps : ndarray, shape (n, n), float64
        Tempo of the query above that of the reference, in steps of `STEP`; NaN likewise.
    works, kinds : ndarray, shape (n,), str
        Work and kind of each recording.
    """

    before: Floats
    again: Floats
    steps: Floats
    works: NDArray[np.str_]
    kinds: NDArray[np.str_]

    def as_it_is(self, there: Mask) -> Floats:
        """Return the evidence of queries at their own tempo, whatever they are compared with.

        Parameters
        ----------
        there : ndarray, shape (n, n), bool
            As for `after`.

        Returns
        -------
        ndarray, shape (n, n)
            The evidence.
        """
        return np.where(there, self.before, -np.inf)

    def after(self, there: Mask, works: int, least: int, rule: str) -> Floats:
        """Return the evidence with that of the best works replaced.

        Parameters
        ----------
        there : ndarray, shape (n, n), bool
            Recordings that each query is compared with.
        works : int
            Best works of each query whose recordings are scored again.
        least : int
            Steps of tempo from which on they are.
        rule : {'better', 'mean', 'again'}
            Which of the two figures counts.

        Returns
        -------
        ndarray, shape (n, n)
            The evidence.
        """
        evidence = self.before.copy()
        for row, others in enumerate(there):
            best = self._best(row, others, works)
            chosen = best[np.abs(self.steps[row, best]) >= least]
            old, new = self.before[row, chosen], self.again[row, chosen]
            both = {"better": np.maximum(old, new), "mean": (old + new) / 2, "again": new}
            evidence[row, chosen] = both[rule]
        return evidence

    def figures(
        self, again: Again, posterior: PosteriorParameters, *, live: bool
    ) -> dict[str, Floats]:
        """Return figures of each query; those but the last two are of queries with their work.

        Parameters
        ----------
        again : callable
            Returns the evidence for the recordings that each query is compared with.
        posterior : PosteriorParameters
            Of the model.
        live : bool
            True for live queries among studio recordings, False for all among all.

        Returns
        -------
        dict of str to ndarray, shape (n_queries,), float64
            Average precision; 1 where the first is right; where the best right one is above the
            best wrong ones of 99 % of all queries; where a right or a wrong work is accepted; where
            a work is accepted once the right one is left out; and the log-loss of both questions.
        """
        asked = np.flatnonzero((self.kinds == "live") | (not live))
        there = ~np.eye(len(self.works), dtype=np.bool_)
        there &= (self.kinds == "studio") | (not live)
        same = self.works[:, None] == self.works
        evidence, without = again(there), again(there & ~same)
        found: dict[str, list[float]] = defaultdict(list)
        right, wrong = [], []
        for row in asked:
            others = np.flatnonzero(there[row] & ~same[row])
            wrong.append(without[row, others].max())
            missing = self._probabilities(without[row], others, posterior)
            found["false"].append(float(max(missing.values()) >= ACCEPTED))
            found["loss"].append(-np.log(1 - sum(missing.values())))
            if not (there[row] & same[row]).any():
                continue
            others = np.flatnonzero(there[row])
            ranked = same[row, others[np.argsort(-evidence[row, others], kind="stable")]]
            places = np.flatnonzero(ranked)
            right.append(np.sort(evidence[row, others])[::-1][places[0]])
            found["mAP"].append(float(np.mean(np.arange(1, len(places) + 1) / (places + 1))))
            found["top-1"].append(float(places[0] == 0))
            heard = self._probabilities(evidence[row], others, posterior)
            first, mine = max(heard, key=heard.__getitem__), str(self.works[row])
            accepted = heard[first] >= ACCEPTED
            found["accepted"].append(float(accepted and first == mine))
            found["wrongly"].append(float(accepted and first != mine))
            found["loss"].append(-np.log(max(heard[mine], LEAST)))
        found["named"] = (np.array(right) > np.quantile(wrong, 0.99)).astype(float).tolist()
        names = ("mAP", "top-1", "named", "accepted", "wrongly", "false", "loss")
        return {name: np.array(found[name]) for name in names}

    def _best(self, row: int, others: Mask, works: int) -> NDArray[np.int64]:
        places = np.flatnonzero(others)
        evidence = {str(place): float(self.before[row, place]) for place in places}
        names = {str(place): str(self.works[place]) for place in places}
        return np.array([int(name) for name in finalists(evidence, names, works)], np.int64)

    def _probabilities(
        self, evidence: Floats, others: NDArray[np.int64], posterior: PosteriorParameters
    ) -> dict[str, float]:
        tracks = {str(place): float(evidence[place]) for place in others}
        works = work_evidence(tracks, {str(place): str(self.works[place]) for place in others})
        found = posteriors(np.array(list(works.values())), len(works), posterior)
        return dict(zip(works, found.tolist(), strict=True))


def analyse(path: Path, bundle: ModelBundle) -> Spectrograms:
    """Return the CQ-spectrograms of the beginning of a recording.

    Parameters
    ----------
    path : Path
        The recording.
    bundle : ModelBundle
        Names the front ends.

    Returns
    -------
    list of ndarray, shape (n_bins, n_frames), float32
        That of the network first, that of chroma last.
    """
    rate = bundle.spec.sample_rate
    samples = audio.load(path, sample_rate=rate, duration=SECONDS)
    front_ends = [one for one in (bundle.front_end, bundle.chroma_front_end) if one]
    _, found = next(iter(spectrograms([samples], front_ends, SECONDS, SECONDS)))
    return found


def window_at(cqts: Spectrograms, ratio: float, branch: Branch, bundle: ModelBundle) -> Window:
    """Return a window of a recording as it would be if it were slower.

    Parameters
    ----------
    cqts : list of ndarray, shape (n_bins, n_frames), float32
        As `analyse` returns.
    ratio : float
        How many times as long it lasts.
    branch : Branch
        Of the bundle.
    bundle : ModelBundle
        The model.

    Returns
    -------
    Window
        Of the deep sequences and the chroma at that tempo.
    """
    cqts = [change_tempo(cqt, round(cqt.shape[1] * ratio)) for cqt in cqts]
    stride, bins = bundle.manifest.strides[0], bundle.spec.bins_per_octave
    return Window(0.0, SECONDS * ratio, branch(cqts[:1])[0], fold(cqts[-1], stride, bins))


def score_again(path: Path, model: str) -> Trials:
    """Compare the recordings of a list, and the best pairs once more.

    Parameters
    ----------
    path : Path
        The list.
    model : str
        Name or folder of the model.

    Returns
    -------
    Trials
        The evidence.
    """
    bundle = ModelBundle.load(model)
    branch, scorer = Branch(bundle, threads=1), Scorer(bundle, threads=1)
    listed = read_listed_recordings(path)
    heard = [analyse(one.path, bundle) for one in listed]
    windows = [window_at(cqts, 1.0, branch, bundle) for cqts in heard]
    before = scorer.matrix(windows, windows)
    again, steps = np.full((2, *before.shape), np.nan)
    spent: dict[str, float] = defaultdict(float)
    others = np.where(np.eye(len(before), dtype=np.bool_), -np.inf, before)
    for row, best in enumerate(np.argsort(-others, axis=1)[:, :ALIGNED]):
        began = process_time()
        ratios = [coarse_tempo_ratio(windows[row], windows[place]) for place in best]
        steps[row, best] = np.rint(np.log(ratios) / STEP)
        again[row, best] = before[row, best]
        spent["align"] += process_time() - began
        for step in set(steps[row, best].tolist()) - {0.0}:
            began = process_time()
            query = window_at(heard[row], np.exp(STEP * step), branch, bundle)
            spent["analyse"] += process_time() - began
            began = process_time()
            chosen = best[steps[row, best] == step]
            again[row, chosen] = scorer(query, [windows[place] for place in chosen])
            spent["score"] += process_time() - began
    for name, seconds in spent.items():
        click.echo(f"{name}: {1000 * seconds / len(windows):.0f} ms of processor time a query")
    works = np.array([one.work_id for one in listed])
    kinds = np.array([one.kind for one in listed])
    return Trials(before, again, steps, works, kinds)


def _line(trials: Trials, again: Again, posterior: PosteriorParameters, *, live: bool) -> str:
    """Return figures, with the 95 % interval of what is gained, by bootstrap over queries."""
    parts = []
    old = trials.figures(trials.as_it_is, posterior, live=live)
    for name, new in trials.figures(again, posterior, live=live).items():
        rng = np.random.default_rng(1)
        gain = (new - old[name])[rng.integers(len(new), size=(2000, len(new)))].mean(axis=1)
        low, high = np.quantile(gain, (0.025, 0.975))
        parts.append(f"{name} {new.mean():.3f} ({low:+.3f} to {high:+.3f})")
    return ", ".join(parts)


@click.command()
@click.argument("recordings", type=File)
@click.option("--model", default=DEFAULT_MODEL, show_default=True)
@click.option("--keep", type=click.Path(path_type=Path), help="NPZ file to keep the evidence in.")
def main(recordings: Path, model: str, keep: Path | None) -> None:
    """Score the best works of the RECORDINGS that a CSV lists again, at their tempos."""
    if keep is not None and keep.exists():
        with np.load(keep) as kept:
            trials = Trials(**{name: kept[name] for name in Trials.__dataclass_fields__})
    else:
        trials = score_again(recordings, model)
        if keep is not None:
            np.savez(keep, **vars(trials))
    right = trials.works[:, None] == trials.works
    for name, mask in (("right", right & ~np.eye(len(right), dtype=np.bool_)), ("wrong", ~right)):
        for steps in range(1, int(np.nanmax(np.abs(trials.steps))) + 1):
            chosen = mask & (np.abs(trials.steps) == steps)
            gained = (trials.again - trials.before)[chosen]
            if len(gained):
                quartiles = np.round(np.quantile(gained, (0.25, 0.5, 0.75)), 1).tolist()
                tempo = np.exp(STEP * steps)
                click.echo(f"{name}, {tempo:.2f} times: {len(gained)} pairs gain {quartiles}")
    posterior = ModelBundle.load(model).fitted.posterior
    settings = [(works, 1, "mean") for works in WORKS]
    settings += [(4, 2, "mean"), (4, 1, "better"), (4, 1, "again")]
    for live in (False, True):
        click.echo("live among studio" if live else "all among all")
        for setting in settings:

            def again(there: Mask, setting: tuple[int, int, str] = setting) -> Floats:
                return trials.after(there, *setting)

            click.echo(f"{setting!s:16} {_line(trials, again, posterior, live=live)}")


if __name__ == "__main__":
    main()
