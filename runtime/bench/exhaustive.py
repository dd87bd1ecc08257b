"""Cached exhaustive searches: one among ten thousand tracks takes a minute."""

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from samesong.features.errors import BenchmarkError
from samesong.runtime.files.atomic_write import whole_file
from samesong.runtime.identification.retriever import Retriever
from samesong.runtime.representation.window import Window


class ExhaustiveSearches:
    """Results of exhaustive searches of one catalog, cached in a folder.

    They do not depend on how candidates are found, so they remain valid when that changes.

    Parameters
    ----------
    retriever : Retriever
        Searches the catalog.
    folder : Path
        Folder of the cache; valid for this catalog at its present size only.
    """

    def __init__(self, retriever: Retriever, folder: Path) -> None:
        self._retriever = retriever
        self._folder = folder

    def evidence(self, query: Sequence[Window]) -> dict[str, float]:
        """Return the evidence for each track of the catalog.

        Parameters
        ----------
        query : sequence of Window
            Windows of the query.

        Returns
        -------
        dict of str to float
            Log-odds by track_id.

        Raises
        ------
        BenchmarkError
            If a cached result cannot be read.
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
    digest = sha256()
    for window in query:
        for array in (*window.sequences.levels, window.chroma):
            digest.update(array.tobytes())
    return digest.hexdigest()[:16]


def _read(path: Path) -> dict[str, float]:
    try:
        return {track_id: float(found) for track_id, found in json.loads(path.read_bytes()).items()}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise BenchmarkError(f"{path} is damaged ({error}): delete it to search again") from error
