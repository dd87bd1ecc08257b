"""The demo: identifies bundled live recordings against bundled studio recordings.

Files are called ``studio_<song>`` and ``live_<song>``; ``other_<recording>`` is a track that none
of the live recordings performs.
"""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter

from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.writer import CatalogWriter
from samesong.runtime.display.text import percent, semitones, span
from samesong.runtime.files.discovery import find_audio
from samesong.runtime.files.tags import read_tags
from samesong.runtime.identification.identifier import Identifier
from samesong.runtime.identification.ranking import Match, Ranking
from samesong.runtime.identification.verdict import Verdict
from samesong.runtime.indexing.indexer import Indexer
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import DEFAULT_MODEL, ModelBundle
from samesong.runtime.inference.onnx_session import Device
from samesong.runtime.reports.answer import answer

DEMO_AUDIO = Path(__file__).parents[1] / "demo_audio"

_SHOWN = 3


def run_demo(
    work_dir: Path, *, model: str | None, device: Device, report: Callable[[str], None]
) -> list[tuple[Ranking, bool]]:
    """Index the studio recordings, identify the live ones, and report the rankings.

    Parameters
    ----------
    work_dir : Path
        Existing folder for the catalog.
    model : str or None
        Name or folder of the model bundle; None is the default model.
    device : str
        ``"cpu"`` or ``"cuda"``.
    report : callable
        Called with each line of the report.

    Returns
    -------
    list of (Ranking, bool)
        The ranking of each live recording, and whether its song is ranked first.

    Raises
    ------
    BundleError, DeviceError, MissingExtraError, CatalogError
        If indexing or identifying fails.
    """
    bundle = ModelBundle.load(DEFAULT_MODEL if model is None else model)
    # Several files at once, one thread each, as in `samesong index`.
    workers = len(os.sched_getaffinity(0))
    catalog = work_dir / "catalog"
    studio = find_audio([DEMO_AUDIO]).files
    studio = [path for path in studio if not path.name.startswith("live_")]
    report(f"Indexing {len(studio)} studio recordings with model {bundle.manifest.name!r} ...")
    began = perf_counter()
    with CatalogWriter(catalog, bundle) as writer:
        Indexer(writer, Analyser(bundle, device, threads=1), workers=workers).index(studio)
    report(f"done in {perf_counter() - began:.1f} s")
    identifier = Identifier(bundle, Catalog(catalog, bundle), device)
    live = sorted(DEMO_AUDIO.glob("live_*"))
    report("")
    report(f"Which of them do these {len(live)} live recordings perform? (* marks the right one)")
    told: list[tuple[Ranking, bool]] = []
    for path in live:
        ranking = identifier.identify(path, top=_SHOWN)
        told.append((ranking, _is_right(path, ranking.matches[0])))
        _show(path, ranking, report)
    report("")
    report(_summary(told))
    _say_what_next(report)
    return told


def _summary(told: Sequence[tuple[Ranking, bool]]) -> str:
    """Return how many recordings were named, and how many of them rightly."""
    named, probable, none = (
        [is_right for ranking, is_right in told if ranking.verdict is verdict]
        for verdict in (Verdict.MATCH, Verdict.PROBABLE, Verdict.NONE)
    )
    text = f"{len(named)} of {len(told)} live recordings are named, {sum(named)} of them rightly"
    if probable:
        text += f"; {len(probable)} probable, {sum(probable)} of them rightly"
    if none:
        text += f"; {len(none)} none of these"
    return f"{text}."


def _is_right(live: Path, match: Match) -> bool:
    song = live.stem.removeprefix("live_")
    return Path(match.track.path).stem == f"studio_{song}"


def _show(path: Path, ranking: Ranking, report: Callable[[str], None]) -> None:
    tags = read_tags(path)
    report("")
    report(f"{tags.title}, {tags.artist} (in {ranking.seconds:.1f} s)")
    report(answer(ranking))
    for match in ranking.matches:
        mark = "*" if _is_right(path, match) else " "
        report(
            f" {mark} {match.rank}. {percent(match.probability):>8}  {match.title or '':24.24} "
            f"{match.artist or '':24.24}  key {semitones(match.key_shift):>2}, "
            f"{span(match.query_span)} is {span(match.reference_span)} of it"
        )


def _say_what_next(report: Callable[[str], None]) -> None:
    report("")
    report("Now with your own music:")
    report("  samesong index my-catalog FOLDER       add studio recordings to a catalog")
    report("  samesong identify my-catalog LIVE      find out which song a live recording is")
    report("  samesong compare A B --plot same.png   see where two recordings agree")
    report(f"The recordings used here, and their attribution: {DEMO_AUDIO}")
