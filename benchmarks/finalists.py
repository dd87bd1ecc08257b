"""Compares scorers and numbers of finalists on one catalog: what is found, and what it costs.

The catalog is one of ``samesong bench retrieval``; models must share its branch, as those that
``samesong distil`` makes do. All variants answer each query in turn, on one thread::

    samesong bench retrieval work --manifest list.csv --sizes 20000 --made 0 --exhaustive-up-to 0
    python benchmarks/finalists.py list.csv work/catalog --variant old 32 --variant harmonic 128
"""

from collections import defaultdict
from pathlib import Path
from time import process_time

import click
import numpy as np
from markdown import table

from samesong.features import audio
from samesong.runtime.bench.queries import tracks_of_works
from samesong.runtime.bench.timing import thread_limit
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.evaluation.manifest import read_listed_recordings
from samesong.runtime.identification.posterior import posteriors
from samesong.runtime.identification.retriever import Retriever
from samesong.runtime.identification.verdict import ACCEPTED
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.matching.numba_policy import PROCESS

SECONDS = 120.0
HEADERS = (
    "model",
    "finalists",
    "right track scored",
    "first",
    "accepted rightly",
    "accepted wrongly",
    "pairs",
    "processor time, s",
    "scoring, of the first variant's",
)


@click.command()
@click.argument("listed", metavar="LIST.csv", type=click.Path(exists=True, path_type=Path))
@click.argument("folder", metavar="CATALOG", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--variant", "variants", multiple=True, required=True, type=(str, click.IntRange(min=1))
)
@click.option("--queries", default=80, show_default=True, help="Live recordings at most.")
def main(listed: Path, folder: Path, variants: tuple[tuple[str, int], ...], queries: int) -> None:
    """Search CATALOG for the live recordings in LIST.csv by each variant (model, finalists)."""
    bundles = {model: ModelBundle.load(model) for model, _ in variants}
    first = next(iter(bundles.values()))
    catalog = Catalog(folder, first)
    recordings = read_listed_recordings(listed)
    works = tracks_of_works(recordings, catalog.tracks())
    retrievers = [
        Retriever(bundles[model], catalog, threads=1, finalists=finalists, exhaustive=0)
        for model, finalists in variants
    ]
    analyser, rate = Analyser(first, threads=1), first.spec.sample_rate
    live = [entry for entry in recordings if entry.kind == "live" and entry.work_id in works]
    found = defaultdict(list)
    # Compiled loops from the first query on, so that no variant pays for loading them.
    with thread_limit(1), PROCESS.fixed(True):
        for entry in live[:queries]:
            samples = audio.load(entry.path, sample_rate=rate, duration=SECONDS)
            windows = analyser.samples(samples, rate)
            for number, retriever in enumerate(retrievers):
                began = process_time()
                answer = retriever.search(windows)
                spent = process_time() - began
                names = list(answer.tracks)
                evidence = np.array([answer.tracks[name].evidence for name in names])
                odds = posteriors(evidence, len(catalog), first.fitted.posterior)
                best = names[int(evidence.argmax())]
                right, accepted = best in works[entry.work_id], odds.max() >= ACCEPTED
                found[number].append(
                    (
                        bool(works[entry.work_id] & set(names)),
                        right,
                        right and accepted,
                        accepted and not right,
                        answer.trace.pairs,
                        spent,
                        answer.trace.milliseconds["score"],
                    )
                )
    scoring = {number: np.array([one[-1] for one in rows]) for number, rows in found.items()}
    click.echo(f"{len(found[0])} queries, {catalog.n_windows} windows, {len(catalog)} tracks")
    click.echo(
        table(
            HEADERS,
            [
                [
                    *variants[number],
                    *(sum(row[place] for row in rows) for place in range(4)),
                    *(f"{np.median([row[place] for row in rows]):.2f}" for place in (4, 5)),
                    f"{np.median(scoring[number] / scoring[0]):.2f}",
                ]
                for number, rows in found.items()
            ],
        )
    )


if __name__ == "__main__":
    main()
