"""What answers are made with, so that a run that resumes another one makes no others."""

import hashlib
import json
from collections.abc import Iterable, Mapping

from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.repertoire import Repertoire
from samesong.runtime.display.text import counted
from samesong.runtime.inference.bundle import ModelBundle


def made_with(
    bundle: ModelBundle,
    catalog: Catalog,
    repertoire: Repertoire,
    *,
    threshold: float,
    top: int,
    exhaustive: bool,
    sound: Mapping[str, str],
) -> dict[str, str]:
    """Return everything that the answers of a run of ``samesong identify`` depend on.

    Parameters
    ----------
    bundle : ModelBundle
        The model.
    catalog : Catalog
        The catalog.
    repertoire : Repertoire
        Values of ``--artist``, ``--album`` and ``--among``.
    threshold : float
        Value of ``--threshold``.
    top : int
        Value of ``--top``.
    exhaustive : bool
        Value of ``--exhaustive``.
    sound : mapping of str to str
        Values of ``--channel`` and ``--stream``, as of `FileReader.sound`.

    Returns
    -------
    dict of str to str
        Values by the name of the option or thing; what was not given is left out. Long ones end in
        a part of their hash.
    """
    tracks = catalog.tracks()
    named = sorted(
        [one.track_id, one.work, one.title, one.artist, one.isrc, one.iswc, one.work_title]
        for one in tracks
    )
    model = [bundle.fingerprint, bundle.manifest.scorer.sha256, bundle.fitted.model_dump_json()]
    found = {
        "catalog": f"{counted(len(tracks), 'track')} {_short(named)}",
        "--model": f"{bundle.manifest.name} {_short(model)}",
        "--threshold": f"{threshold:g}",
        "--top": str(top),
        "--artist": _listed(repertoire.artists),
        "--album": _listed(repertoire.albums),
        "--exhaustive": "yes" if exhaustive else "",
        **sound,
    }
    if repertoire.among is not None:
        songs = [[entry.text, entry.codes, entry.names] for entry in repertoire.among]
        found["--among"] = f"{counted(len(songs), 'song')} {_short(songs)}"
    return {name: value for name, value in found.items() if value}


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(map(repr, names)))


def _short(content: object) -> str:
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:8]
