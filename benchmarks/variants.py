"""Compares models by degree of key and tempo change, and by what they cost, on a live set.

With ``qmax.py`` run before, Essentia's figures stand in the same tables::

    python benchmarks/live_set.py sets/degrees MUSIC
    python benchmarks/qmax.py sets/degrees
    python benchmarks/variants.py sets/degrees
"""

import json
from pathlib import Path
from typing import Any

import click
from catalog_scores import score_live_set
from live_set import LiveSet, read_live_set
from markdown import table
from score_table import SCORES, ScoreTable, metrics_by_degree, relevance

from samesong.runtime.evaluation.metrics import open_set_metrics
from samesong.runtime.inference.bundle import ModelBundle, bundled_models

SHOWN = ("mAP", "MR1", "top1", "top5")


@click.command()
@click.argument("folder", metavar="SET", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--model",
    "models",
    multiple=True,
    help="Name or folder of a model, repeatable; all bundled ones by default.",
)
@click.option("--kept", is_flag=True, help="Score nothing: show the scores of earlier runs.")
@click.option(
    "--catalogs", type=click.Path(path_type=Path), help="Folder of the catalogs; in SET by default."
)
@click.option(
    "--json", "json_path", type=click.Path(path_type=Path), help="Write the figures to this file."
)
def main(
    *,
    folder: Path,
    models: tuple[str, ...],
    kept: bool,
    catalogs: Path | None,
    json_path: Path | None,
) -> None:
    """Score SET with every model, save the scores in it, and print tables in Markdown."""
    live_set = read_live_set(folder)
    for model in [] if kept else models or bundled_models():
        bundle = ModelBundle.load(model)
        score_live_set(live_set, bundle, catalogs or folder / "catalogs").save(folder)
    methods = sorted(path.stem for path in (folder / SCORES).glob("*.npz"))
    tables = [ScoreTable.load(folder, method) for method in methods]
    print(f"{len(live_set.live)} simulated live recordings, {len(live_set.studio)} tracks")
    for text in (overall(live_set, tables), by_degree(live_set, tables), costs(tables)):
        print(f"\n{text}")
    if json_path:
        measured = {t.method: figures(live_set, t) for t in tables}
        json_path.write_text(json.dumps(measured, indent=2) + "\n", "utf-8")


def overall(live_set: LiveSet, tables: list[ScoreTable]) -> str:
    """Return a table of the figures of each method on all queries.

    Parameters
    ----------
    live_set : LiveSet
        The set.
    tables : list of ScoreTable
        Scores of the methods.

    Returns
    -------
    str
        The table in Markdown.
    """
    rows: list[list[object]] = []
    for scored in tables:
        values = metrics_by_degree(live_set, scored)["all"].values
        accepted = open_set_metrics(scored.scores, relevance(live_set)).accepted
        rows.append([scored.method, *(values[name] for name in SHOWN), accepted])
    return table(["method", *SHOWN, "accepted at 1 % false accepts"], rows)


def by_degree(live_set: LiveSet, tables: list[ScoreTable]) -> str:
    """Return a table of the top-1 of each method by degree of change.

    Parameters
    ----------
    live_set : LiveSet
        The set.
    tables : list of ScoreTable
        Scores of the methods.

    Returns
    -------
    str
        The table in Markdown.
    """
    measured = [metrics_by_degree(live_set, scored) for scored in tables]
    rows = [
        [degree, metrics.n_queries, *(m[degree].values["top1"] for m in measured)]
        for degree, metrics in measured[0].items()
    ]
    return table(["top-1", "queries", *(scored.method for scored in tables)], rows)


def costs(tables: list[ScoreTable]) -> str:
    """Return a table of the CPU time and the size of each method.

    Parameters
    ----------
    tables : list of ScoreTable
        Scores of the methods.

    Returns
    -------
    str
        The table in Markdown.
    """
    rows = [
        [
            scored.method,
            f"{scored.track_seconds:.2f}" if scored.track_seconds else "",
            f"{scored.query_seconds:.1f}",
            f"{scored.megabytes:.1f}" if scored.megabytes else "",
        ]
        for scored in tables
    ]
    return table(
        ["CPU seconds", "per minute of a track", "per query against all tracks", "model, MB"], rows
    )


def figures(live_set: LiveSet, scored: ScoreTable) -> dict[str, Any]:
    """Return all figures of a method, for ``samesong export --accuracy``.

    Parameters
    ----------
    live_set : LiveSet
        The set.
    scored : ScoreTable
        Scores of the method.

    Returns
    -------
    dict
        The figures by name.
    """
    return {
        "n_tracks": len(live_set.studio),
        **{name: m.to_dict() for name, m in metrics_by_degree(live_set, scored).items()},
        "open_set": open_set_metrics(scored.scores, relevance(live_set)).to_dict(),
        "cpu_seconds": {"track_minute": scored.track_seconds, "query": scored.query_seconds},
    }


if __name__ == "__main__":
    main()
