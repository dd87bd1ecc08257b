"""Measure what it brings to score finalists again, each at the tempo of its own alignment.

The evidence for a track takes the query at its own tempo. Here the best few tracks of each query
are aligned with it; those that run at another tempo are scored once more, with the CQ-spectrogram
of the query stretched to theirs and the branch run anew. A wrong track so gets a single chance, at
the one tempo at which it is most like the query. ``benchmarks/tempo_trials.py`` makes recordings to
measure it by.
"""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from time import process_time

import click
import numpy as np
from numpy.typing import NDArray

from samesong.features import audio
from samesong.runtime.evaluation.manifest import read_listed_recordings
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.encoder import Branch
from samesong.runtime.inference.spectrograms import spectrograms
from samesong.runtime.matching.scorer import Scorer
from samesong.runtime.matching.step_gains import step_gains
from samesong.runtime.matching.tempo import tempo_ratio
from samesong.runtime.representation.chroma import fold
from samesong.runtime.representation.time_stretch import change_tempo
from samesong.runtime.representation.window import Window

SECONDS = 120.0

#: Tracks of each query that are aligned and scored again.
FINALISTS = 12

#: Logarithm of the ratio of neighbouring tempos, of which so many are tried either way.
STEP, MOST = 0.14, 4

#: Log-odds taken off what is scored again: none, or enough to outweigh what wrong tracks gain.
PENALTIES = (0.0, 0.5)

Floats = NDArray[np.float64]
Spectrograms = list[NDArray[np.float32]]
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

    def after(self, finalists: int, least: int, rule: str, penalty: float) -> Floats:
        """Return the evidence with that of the best tracks replaced.

        Parameters
        ----------
        finalists : int
            Best tracks of each query that are scored again.
        least : int
            Steps of tempo from which on they are.
        rule : {'better', 'mean', 'again'}
            Which of the two figures counts.
        penalty : float
            Taken off the second one.

        Returns
        -------
        ndarray, shape (n, n)
            The evidence.
        """
        evidence = self.before.copy()
        for row, best in enumerate(_best(self.before, finalists)):
            chosen = best[np.abs(self.steps[row, best]) >= least]
            old, new = self.before[row, chosen], self.again[row, chosen] - penalty
            both = {"better": np.maximum(old, new), "mean": (old + new) / 2, "again": new}
            evidence[row, chosen] = both[rule]
        return evidence

    def queries(self, evidence: Floats, *, live: bool) -> tuple[Floats, Floats, Floats]:
        """Return average precision, correctness of the first answer and acceptance of each query.

        Parameters
        ----------
        evidence : ndarray, shape (n, n)
            By which recordings are ranked.
        live : bool
            True for live queries among studio recordings, False for all among all.

        Returns
        -------
        precision, first : ndarray, shape (n_queries,), float64
            Of the queries whose work is there.
        named : ndarray, shape (n_queries,), float64
            1 where the best right recording is above the best wrong ones of 99 % of all queries.
        """
        precision, first, right, wrong = [], [], [], []
        for row in np.flatnonzero((self.kinds == "live") | (not live)):
            others = np.flatnonzero((self.kinds == "studio") | (not live))
            others = others[others != row]
            ranked = self.works[others[np.argsort(-evidence[row, others], kind="stable")]]
            is_right = ranked == self.works[row]
            places = np.flatnonzero(is_right)
            found = np.sort(evidence[row, others])[::-1]
            wrong.append(found[~is_right][0])
            if len(places):
                right.append(found[places[0]])
                precision.append(np.mean(np.arange(1, len(places) + 1) / (places + 1)))
                first.append(float(places[0] == 0))
        named = np.array(right) > np.quantile(wrong, 0.99)
        return np.array(precision), np.array(first), named.astype(float)


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
    for row, best in enumerate(_best(before, FINALISTS)):
        began = process_time()
        ratios = [tempo_ratio(step_gains(windows[row], windows[place])) for place in best]
        steps[row, best] = np.clip(np.rint(np.log(ratios) / STEP), -MOST, MOST)
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


def _best(evidence: Floats, count: int) -> NDArray[np.int64]:
    """Return the best other recordings of each query, best first."""
    others = np.where(np.eye(len(evidence), dtype=np.bool_), -np.inf, evidence)
    return np.argsort(-others, axis=1)[:, :count]


def _line(trials: Trials, evidence: Floats) -> str:
    """Return figures, with the 95 % interval of what is gained, by bootstrap over queries."""
    parts = []
    for live in (False, True):
        found = zip(
            ("mAP", "top-1", "named"),
            trials.queries(evidence, live=live),
            trials.queries(trials.before, live=live),
            strict=True,
        )
        for name, new, old in found:
            rng = np.random.default_rng(1)
            gain = (new - old)[rng.integers(len(new), size=(2000, len(new)))].mean(axis=1)
            low, high = np.quantile(gain, (0.025, 0.975))
            parts.append(f"{name} {new.mean():.3f} ({low:+.3f} to {high:+.3f})")
    return ", ".join(parts[:3]) + "; live " + ", ".join(parts[3:])


@click.command()
@click.argument("recordings", type=File)
@click.option("--model", default="harmonic_notes", show_default=True)
@click.option("--keep", type=click.Path(path_type=Path), help="NPZ file to keep the evidence in.")
def main(recordings: Path, model: str, keep: Path | None) -> None:
    """Score the finalists of the RECORDINGS that a CSV lists again, at their tempos."""
    if keep is not None and keep.exists():
        with np.load(keep) as kept:
            trials = Trials(**{name: kept[name] for name in Trials.__dataclass_fields__})
    else:
        trials = score_again(recordings, model)
        if keep is not None:
            np.savez(keep, **vars(trials))
    right = trials.works[:, None] == trials.works
    for name, mask in (("right", right & ~np.eye(len(right), dtype=np.bool_)), ("wrong", ~right)):
        for steps in range(1, MOST + 1):
            chosen = mask & (np.abs(trials.steps) == steps)
            gained = (trials.again - trials.before)[chosen]
            if len(gained):
                quartiles = np.round(np.quantile(gained, (0.25, 0.5, 0.75)), 1).tolist()
                tempo = np.exp(STEP * steps)
                click.echo(f"{name}, {tempo:.2f} times: {len(gained)} pairs gain {quartiles}")
    click.echo(f"{'as it is':24} {_line(trials, trials.before)}")
    for finalists in (4, FINALISTS):
        for least in (1, 2):
            for rule in ("better", "mean", "again"):
                for penalty in PENALTIES if rule == "better" else PENALTIES[:1]:
                    evidence = trials.after(finalists, least, rule, penalty)
                    setting = f"{finalists}, {least}, {rule}, {penalty}"
                    click.echo(f"{setting:24} {_line(trials, evidence)}")


if __name__ == "__main__":
    main()
