"""Exhaustive searches, each of which is made once: among ten thousand tracks one takes a minute."""

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from samesong.features.errors import BenchmarkError
from samesong.runtime.files.atomic_write import whole_file
from samesong.runtime.identification.retriever import Retriever
from samesong.runtime.representation.window import Window


class ExhaustiveSearches:
    """What exhaustive searches of one catalog find, kept in a folder.

    They do not depend on how candidates are found, so they stay true when that is changed.

    Parameters
    ----------
    retriever
        What searches.
    folder
        Where what is found is kept; it belongs to this catalog, as large as it is now.
    """

    def __init__(self, retriever: Retriever, folder: Path) -> None:
        self._retriever = retriever
        self._folder = folder

    def evidence(self, query: Sequence[Window]) -> dict[str, float]:
        """Return the evidence for each track of the catalog, by track_id.

        Raises
        ------
        BenchmarkError
            If what was kept cannot be read.
        """
        path = self._folder / f"{_digest(query)}.json"
        if path.exists():
            return _read(path)
        tracks = self._retriever.search(query, exhaustive=True).tracks
        found = {track_id: one.evidence for track_id, one in tracks.items()}
        self._folder.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as stream:
            stream.write(json.dumps(found).encode())
        return found


def _digest(query: Sequence[Window]) -> str:
    told = sha256()
    for window in query:
        for array in (*window.sequences.levels, window.chroma):
            told.update(array.tobytes())
    return told.hexdigest()[:16]


def _read(path: Path) -> dict[str, float]:
    try:
        return {track_id: float(found) for track_id, found in json.loads(path.read_bytes()).items()}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise BenchmarkError(f"{path} is damaged ({error}): remove it to search again") from error
