"""The tables of docs/scaling.md, and its picture, made of the JSON of `scaling.py`."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from markdown import table
from scaling_costs import Catalog, UnitCosts, peak_rate, windows_per_track
from scaling_server import predict_server

from samesong.runtime.bench.charts import COLOURS
from samesong.runtime.display.canvas import label_log, picture
from samesong.runtime.identification.candidates import ALIGNED, CANDIDATES

_LABELS = {"p50": "median", "p95": "95 %", "p99": "99 %"}


def tables(results: Mapping[str, Any]) -> dict[str, str]:
    """Return the tables by their names in the page.

    Parameters
    ----------
    results : mapping
        The content of ``scaling.json``: ``costs``, ``store``, ``settings``,
        ``server`` and ``simulated``.

    Returns
    -------
    dict of str to str
        Tables in Markdown.
    """
    costs, settings = UnitCosts(results["costs"], results["store"]), results["settings"]
    catalogs = [Catalog(n, settings, costs) for n in settings["tracks"]["counts"]]
    simulated = results["simulated"]
    return {
        "units": _units(costs),
        "assumptions": _assumptions(settings),
        "once": _by_size(catalogs, _once),
        "kept": _by_size(catalogs, _kept),
        "answers": _by_size(catalogs, _answers),
        "server": _server(results["server"], costs),
        "evening": _runs(simulated["evening"], "tracks", "shards", "replicas"),
        "load": _runs(simulated["load"], "busy"),
        "shards": _runs(simulated["shards"], "shards"),
        "replicas": _runs(simulated["replicas"], "replicas"),
        "loss": _runs(simulated["loss"], "replicas", "lost"),
    }


def filled(text: str, made: Mapping[str, str]) -> str:
    """Put tables into a page, between ``<!-- table: NAME -->`` and ``<!-- end -->``.

    Parameters
    ----------
    text : str
        The page.
    made : mapping of str to str
        Tables by name.

    Returns
    -------
    str
        The page with these tables.

    Raises
    ------
    ValueError
        If the page has not a place for each of them, or has one for another.
    """
    marked = re.compile(r"(<!-- table: (\w+) -->).*?(<!-- end -->)", re.DOTALL)
    named = [match[2] for match in marked.finditer(text)]
    if sorted(named) != sorted(made):
        raise ValueError(f"the page has places for {sorted(named)}, but tables are {sorted(made)}")
    return marked.sub(lambda match: f"{match[1]}\n\n{made[match[2]]}\n\n{match[3]}", text)


def draw(simulated: Mapping[str, Any], path: Path) -> None:
    """Draw latencies by load, by shards, and with a replica lost, into a PNG file.

    Parameters
    ----------
    simulated : mapping
        As `scaling_runs.simulate` returns it.
    path : Path
        The file.
    """
    with picture(path, 10, 3.4) as figure:
        load, shards, loss = figure.subplots(1, 3)
        runs = simulated["load"]
        _lines(load, [100 * one["busy"] for one in runs], runs)
        load.set_xlabel("processor time taken, %")
        load.set_ylabel("seconds")
        load.legend(frameon=False, fontsize=9)
        runs = simulated["shards"]
        _lines(shards, range(len(runs)), runs)
        shards.set_xticks(range(len(runs)), [one["shards"] for one in runs])
        shards.set_xlabel("shards, at the same queries a second")
        whole, runs = ([one for one in simulated["loss"] if one["lost"] == n] for n in (0, 1))
        places = range(len(runs))
        _lines(loss, places, runs)
        late = [one["p99"] for one in whole]
        loss.plot(places, late, "--", color=COLOURS[2], label="99 %, none lost")
        loss.set_xticks(places, [one["replicas"] for one in runs])
        loss.set_xlabel("replicas, of which one is lost")
        loss.legend(frameon=False, fontsize=9)


def _lines(panel: Any, places: Sequence[float], runs: Sequence[Mapping[str, Any]]) -> None:
    for colour, (key, label) in zip(COLOURS, _LABELS.items(), strict=False):
        panel.plot(places, [one[key] for one in runs], "o-", color=colour, label=label)
    panel.set_yscale("log")
    label_log(panel.yaxis, (1, 2, 5), "{x:g}")
    panel.grid(alpha=0.3)
    panel.set_axisbelow(True)
    panel.tick_params(labelsize=9)


def _units(costs: UnitCosts) -> str:
    measured = costs.measured
    sizes = {
        "a window, on disk": "rows_per_window",
        "a window's outline, on disk": "index_per_window_on_disk",
        "a window's outline, in memory of a search": "index_per_window_in_memory",
        "a track's row, on disk": "row_per_track",
        "a track's row, in memory of the writer": "track_in_writer",
        "a search process besides, in memory": "process",
    }
    times = {
        "a window's centroid compared": ("centroid_per_window", 1e6, "ns"),
        "a window compared in coarse outline": ("coarse_outline_per_window", 1e6, "ns"),
        f"{ALIGNED:,} windows read and compared in outline": ("outlines_per_query_window", 1, "ms"),
        f"{CANDIDATES} candidates read, and their coarse evidence": (
            "shortlist_per_query_window",
            1,
            "ms",
        ),
        "a pair of windows scored": ("pair", 1, "ms"),
        "a minute decoded (mp3, stereo, 192 kbit/s)": ("decode_per_minute", 1, "ms"),
        "a minute of a track encoded": ("encode_track_per_minute", 1, "ms"),
        "a minute of a query encoded": ("encode_query_per_minute", 1, "ms"),
        "a track's other recordings found": ("by_ear_per_track", 1, "ms"),
    }
    rows = [[name, _bytes(costs.size(key)), ""] for name, key in sizes.items()]
    for name, (key, factor, unit) in times.items():
        low, high = (factor * costs.ms(key) * edge(costs.spread(key)) for edge in (min, max))
        cpu = f"{_round(factor * costs.ms(key))} {unit} of CPU time"
        rows.append([name, cpu, f"{_round(low)} to {_round(high)}"])
    for one in measured["commit"]:
        cost = f"{_round(one['cpu_ms_per_track'])} ms of CPU time"
        elapsed = f"{_round(one['wall_ms_per_track'])} ms by the clock"
        rows.append([f"a track committed, to {one['tracks_before']:,}", cost, elapsed])
    optimizing = (
        f"{_round(1000 * measured['commit'][-1]['optimize_cpu_ms_per_window'])} µs of CPU time"
    )
    rows.append(["a window merged and indexed (`catalog optimize`)", optimizing, ""])
    store = costs.store
    search, predicted = measured["search"], costs.search_ms(measured["windows"])
    rows += [
        ["pairs scored for a window of a query", f"{costs.pairs:.0f}", ""],
        ["requests of a query to an object store", _round(store["requests_per_query"]), ""],
        ["of these one after another", _round(store["round_trips_per_query"]), ""],
        [
            f"search for a window among {measured['windows']:,}",
            f"{_round(search['measured_cpu_ms'])} ms of CPU time",
            f"predicted from the above: {_round(predicted)} ms",
        ],
    ]
    machine = measured["machine"]
    cores = f"{machine['cores']} cores, load {machine['load']}, {measured['measured']}"
    rows.append(["the machine", machine["cpu"], cores])
    return table(["", "median", "range"], rows)


def _assumptions(settings: Mapping[str, Any]) -> str:
    prices, load, machine = settings["prices"], settings["load"], settings["machine"]
    return table(
        ["assumption", "value"],
        [
            ["a core-hour", f"${prices['core_hour']:g}"],
            ["a GB of memory for a month", f"${prices['memory_gb_month']:g}"],
            ["a GB of object storage for a month", f"${prices['object_gb_month']:g}"],
            ["a million read requests", f"${prices['get_million']:g}"],
            ["a machine", f"{machine['cores']} cores, {machine['memory_gb']} GB"],
            ["processor time that queries may take", f"{100 * machine['busy']:g} %"],
            ["a shard's scan for a window, by the clock", f"{machine['scan_seconds']:g} s"],
            ["windows of a track, mean", f"{windows_per_track(settings['tracks']['seconds']):.2f}"],
            [
                "concerts an evening",
                f"{load['concerts']:,} of {load['concert_hours']:g} h, "
                f"within {load['evening_hours']:g} h",
            ],
            ["radio streams", f"{load['streams']}, asked every {load['stream_seconds']:g} s"],
            ["together, in the evening", f"{peak_rate(load):.1f} windows of 120 s a second"],
        ],
    )


def _by_size(catalogs: Sequence[Catalog], rows_of: Any) -> str:
    columns = [rows_of(catalog) for catalog in catalogs]
    names = list(columns[0])
    headers = ["", *(f"{catalog.tracks / 1e6:g} million tracks" for catalog in catalogs)]
    return table(headers, [[name, *(column[name] for column in columns)] for name in names])


def _once(catalog: Catalog) -> dict[str, str]:
    dollars = catalog.dollars()
    return {
        "hours of sound": _round(catalog.minutes / 60),
        "decoding and encoding, core-hours": _round(catalog.analysis_hours),
        "the same, dollars": _round(dollars["analysis"]),
        "commits of the only writer, hours": _round(catalog.commit_hours),
        "its making of the index, core-hours": _round(catalog.optimize_hours),
        "other recordings by ear, core-hours": _round(catalog.by_ear_hours),
        "the same, dollars ": _round(dollars["by_ear"]),
    }


def _kept(catalog: Catalog) -> dict[str, str]:
    dollars = catalog.dollars()
    return {
        "windows, millions": _round(catalog.windows / 1e6),
        "rows on disk, GB": _round(catalog.rows_gb),
        "storage, dollars a month": _round(dollars["storage"]),
        "index in memory, GB": _round(catalog.index_gb),
        "tracks in memory of the writer, GB": _round(catalog.writer_gb),
    }


def _answers(catalog: Catalog) -> dict[str, str]:
    dollars = catalog.dollars()
    return {
        "CPU seconds a window of 120 s": _round(catalog.query_ms / 1000),
        "cores in the evening": _round(catalog.cores),
        "shards": f"{catalog.shards}",
        "replicas of each": f"{catalog.replicas}",
        "index in memory of all replicas, GB": _round(catalog.index_gb * catalog.replicas),
        "memory, dollars a month": _round(dollars["memory"]),
        "cores, dollars a month": _round(dollars["queries"]),
        "requests, dollars a month": _round(dollars["requests"]),
        "with storage, dollars a month": _round(dollars["month"]),
    }


def _server(runs: Sequence[Mapping[str, Any]], costs: UnitCosts) -> str:
    rows = []
    for one in runs:
        expected = predict_server(costs, one["clients"])
        rows.append(
            [
                one["clients"],
                *(
                    f"{_round(side[key] / 1000)} s"
                    for key in ("cpu_ms", "median_ms", "p95_ms")
                    for side in (expected, one)
                ),
                f"{one['load']:.1f}",
            ]
        )
    names = [
        f"{name}, {side}"
        for name in ("CPU time", "median", "95 %")
        for side in ("predicted", "measured")
    ]
    return table(["clients", *names, "load of the machine"], rows)


def _runs(runs: Iterable[Mapping[str, Any]], *keys: str) -> str:
    def cell(one: Mapping[str, Any], key: str) -> str:
        return f"{100 * one[key]:.0f} %" if key == "busy" else f"{one[key]:,}"

    shown = list(dict.fromkeys([*keys, "busy"]))
    names = {"busy": "processor time taken"}
    rows = [
        [
            *(cell(one, key) for key in shown),
            f"{one['queries_per_second']:.2f}",
            *(f"{_round(one[key])} s" for key in _LABELS),
        ]
        for one in runs
    ]
    headers = [names.get(key, key) for key in shown]
    return table([*headers, "queries a second", *_LABELS.values()], rows)


def _bytes(size: float) -> str:
    unit, name = next(
        one for one in ((1e9, "GB"), (1e6, "MB"), (1e3, "KB"), (1, "bytes")) if size >= one[0]
    )
    return f"{_round(size / unit)} {name}"


def _round(value: float) -> str:
    """Return a number with two digits that count, or three."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.2g}"
