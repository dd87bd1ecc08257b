"""Measures accuracy by the length of the query, cut from any position in the song.

Uses rendered versions of the works held out of training, a set of ``live_set.py``, or recordings
that a CSV lists (path, work_id, kind), each of which is identified among all others::

    python benchmarks/query_length.py --corpus MIDI --live sets/degrees --recordings LIST.csv
"""

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import click
import numpy as np
from catalog_scores import CatalogScores, index_studio, index_works
from held_out import draw_held_out
from live_set import LiveSet, Studio, read_live_set
from markdown import table
from numpy.typing import NDArray
from score_table import relevance

from samesong.features import audio
from samesong.runtime.evaluation.manifest import read_listed_recordings
from samesong.runtime.evaluation.metrics import RetrievalMetrics, retrieval_metrics
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import DEFAULT_MODEL, ModelBundle
from samesong.runtime.inference.segmentation import QUERY_HOP
from samesong.runtime.representation.window import Window

LENGTHS = (10.0, 20.0, 30.0, 60.0, 120.0, np.inf)  # seconds
SHOWN = ("top1", "top5", "mAP")

Lengths = dict[str, RetrievalMetrics]
Excerpt = Callable[[int, float, np.random.Generator], list[Window]]


@click.command()
@click.option("--corpus", multiple=True, type=click.Path(exists=True, path_type=Path))
@click.option("--works", default=100, show_default=True, help="Maximum number of held-out works.")
@click.option("--live", "folder", type=click.Path(exists=True, path_type=Path), help="A live set.")
@click.option(
    "--recordings",
    "listed",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A list of recordings.",
)
@click.option(
    "--model", default=DEFAULT_MODEL, show_default=True, help="Name or folder of a model."
)
@click.option(
    "--catalogs",
    type=click.Path(path_type=Path),
    help="Folder of the catalogs; by default in the set, or beside the list.",
)
@click.option("--seed", default=1, show_default=True, help="Seed of the positions.")
@click.option(
    "--json", "json_path", type=click.Path(path_type=Path), help="Write the figures to this file."
)
def main(
    *,
    corpus: tuple[Path, ...],
    works: int,
    folder: Path | None,
    listed: Path | None,
    model: str,
    catalogs: Path | None,
    seed: int,
    json_path: Path | None,
) -> None:
    """Identify excerpts of MODEL's held-out works and of live recordings."""
    measure = LengthMeasurement(ModelBundle.load(model), seed, catalogs)
    figures = {}
    if corpus:
        if measure.bundle.chroma_spec is not None:
            raise click.UsageError(
                f"{model} hears chroma by a front end of its own, and held-out works are drawn for "
                "one: leave --corpus out"
            )
        figures["held-out works"] = show(
            "held-out works, rendered", measure.held_out(corpus, works)
        )
    if folder:
        figures["simulated live"] = show("simulated live recordings", measure.live(folder))
    if listed:
        figures["recordings"] = show(f"recordings of {listed.name}", measure.listed(listed))
    if not figures:
        raise click.UsageError("nothing to measure: give --corpus, --live or --recordings")
    if json_path:
        json_path.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")


@dataclass(frozen=True)
class LengthMeasurement:
    """Identifies excerpts of every length; each method returns metrics by length.

    Attributes
    ----------
    bundle : ModelBundle
        The model.
    seed : int
        Seed of the positions.
    catalogs : Path, optional
        Folder of the catalogs, one for each model; by default in the set, or beside the list.
    """

    bundle: ModelBundle
    seed: int
    catalogs: Path | None = None

    def held_out(self, corpus: tuple[Path, ...], n_works: int) -> Lengths:
        """Identify excerpts of live versions of held-out works among their studio versions.

        Parameters
        ----------
        corpus : tuple of Path
            Training corpora of the model.
        n_works : int
            Maximum number of works.
        """
        versions = draw_held_out(corpus, self.bundle, n_works)
        analyser, period = Analyser(self.bundle), self.bundle.spec.frame_period

        def excerpt(query: int, seconds: float, rng: np.random.Generator) -> list[Window]:
            spectrogram = versions.live[query]
            part = position(spectrogram.shape[1], seconds / period, rng)
            return analyser.spectrogram(spectrogram[:, part], QUERY_HOP)

        relevant = np.eye(len(versions.live), dtype=np.bool_)
        with tempfile.TemporaryDirectory() as folder:
            scores = index_works(versions.studio, self.bundle, Path(folder) / "catalog")
            return by_length(excerpt, scores, relevant, self.seed)

    def live(self, folder: Path) -> Lengths:
        """Identify excerpts of the live recordings of a set.

        Parameters
        ----------
        folder : Path
            The set.
        """
        live_set = read_live_set(folder)
        scores, _ = index_studio(live_set, self.bundle, self.catalogs or folder / "catalogs")
        excerpt = excerpts([query.path for query in live_set.live], self.bundle)
        return by_length(excerpt, scores, relevance(live_set), self.seed)

    def listed(self, path: Path) -> Lengths:
        """Identify excerpts of recordings, each among all others.

        Parameters
        ----------
        path : Path
            CSV that lists them.
        """
        recordings = read_listed_recordings(path)
        tracks = tuple(Studio(one.path.resolve(), one.work_id) for one in recordings)
        catalogs = self.catalogs or path.parent / "catalogs"
        scores, _ = index_studio(LiveSet(tracks, ()), self.bundle, catalogs)
        works = np.array([track.work_id for track in tracks])
        excerpt = excerpts([track.path for track in tracks], self.bundle)
        others = ~np.eye(len(tracks), dtype=np.bool_)
        return by_length(excerpt, scores, works[:, None] == works, self.seed, others)


def excerpts(paths: Sequence[Path], bundle: ModelBundle) -> Excerpt:
    """Return what cuts recordings and analyses the excerpts.

    Parameters
    ----------
    paths : sequence of Path
        The recordings.
    bundle : ModelBundle
        The model.

    Returns
    -------
    callable
        Takes the number of a recording, a length in seconds and a generator; returns windows.
    """
    analyser, rate = Analyser(bundle), bundle.spec.sample_rate

    @lru_cache(maxsize=1)  # all lengths of a query are requested in a row
    def decoded(query: int) -> NDArray[np.float32]:
        return audio.load(paths[query], sample_rate=rate)

    def excerpt(query: int, seconds: float, rng: np.random.Generator) -> list[Window]:
        samples = decoded(query)
        return analyser.samples(samples[position(len(samples), seconds * rate, rng)], rate)

    return excerpt


def position(n_whole: int, n_wanted: float, rng: np.random.Generator) -> slice:
    """Draw the position of an excerpt.

    Parameters
    ----------
    n_whole : int
        Length of the recording.
    n_wanted : float
        Length of the excerpt; at most the recording is returned.
    rng : numpy.random.Generator
        Draws the position.

    Returns
    -------
    slice
        The excerpt.
    """
    length = int(min(n_whole, n_wanted))
    start = int(rng.integers(n_whole - length + 1))
    return slice(start, start + length)


def by_length(
    excerpt: Excerpt,
    scores: CatalogScores,
    relevant: NDArray[np.bool_],
    seed: int,
    valid: NDArray[np.bool_] | None = None,
) -> Lengths:
    """Identify excerpts of every length of every query; silent ones find nothing.

    Parameters
    ----------
    excerpt : callable
        Takes a query, a length in seconds and a generator; returns windows.
    scores : CatalogScores
        Scores the windows.
    relevant : numpy.ndarray, shape (n_queries, n_tracks), bool
        True where a track has the work of a query.
    seed : int
        Seed of the positions.
    valid : numpy.ndarray, shape (n_queries, n_tracks), bool, optional
        False where a track is the query itself.

    Returns
    -------
    dict of str to RetrievalMetrics
        Metrics by length.
    """
    tables = np.zeros((len(LENGTHS), *relevant.shape), np.float32)
    for query in range(len(relevant)):
        for number, seconds in enumerate(LENGTHS):
            # A position of its own for every query and length.
            windows = excerpt(query, seconds, np.random.default_rng([seed, query, number]))
            if windows:
                tables[number, query] = scores(windows)
        click.echo(f"{query + 1}/{len(relevant)} queries", err=True)
    names = (f"{seconds:.0f} s" if np.isfinite(seconds) else "full" for seconds in LENGTHS)
    return {
        name: retrieval_metrics(scored, relevant, valid)
        for name, scored in zip(names, tables, strict=True)
    }


def show(title: str, measured: Lengths) -> dict[str, object]:
    """Print a table in Markdown, and return its figures.

    Parameters
    ----------
    title : str
        Line above the table.
    measured : dict of str to RetrievalMetrics
        Metrics by length.

    Returns
    -------
    dict of str to object
        The figures in the form of JSON.
    """
    any_length = measured["full"]
    click.echo(f"\n{title}: {any_length.n_queries} queries, {any_length.n_references} tracks\n")
    rows = [[name, *(m.values[figure] for figure in SHOWN)] for name, m in measured.items()]
    click.echo(table(["query", "top-1", "top-5", "mAP"], rows))
    return {name: metrics.to_dict() for name, metrics in measured.items()}


if __name__ == "__main__":
    main()
