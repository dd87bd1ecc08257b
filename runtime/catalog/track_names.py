"""Finding tracks of a catalog by what people call them: artist, album, title, path or a code."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cached_property
from heapq import nsmallest
from pathlib import PurePath
from zlib import crc32

from samesong.runtime.catalog.name_column import Mask, NameColumn
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.files.song_list import SongEntry
from samesong.runtime.works.codes import Codes, isrcs, iswcs, own_code
from samesong.runtime.works.titles import artist_key, title_key

_COLUMNS = [
    *("track_id", "work_id", "title", "work_title", "artist", "album"),
    *("isrc", "iswc", "work_code", "path"),
]
_CODES: dict[str, Callable[[str], Codes]] = {"isrc": isrcs, "iswc": iswcs, "work_code": own_code}

Index = dict[str, list[int]]


class TrackNames:
    """The names of a catalog's tracks, in every spelling.

    Parameters
    ----------
    catalog : Catalog
        The catalog; only the columns of names are read.

    Attributes
    ----------
    artists, albums : NameColumn
        Names of artists and albums.
    """

    def __init__(self, catalog: Catalog) -> None:
        table = catalog.columns(_COLUMNS)
        self._columns = {name: table[name].combine_chunks() for name in _COLUMNS}
        self.artists = NameColumn(self._columns["artist"], artist_key)
        self.albums = NameColumn(self._columns["album"], title_key)

    def __len__(self) -> int:
        return len(self._columns["track_id"])

    def find(self, entry: SongEntry, among: Mask) -> list[int]:
        """Return the tracks that an entry of a list names.

        Parameters
        ----------
        entry : SongEntry
            The entry; of the ways in which it may be meant, the first that names a track counts:
            codes, then paths, then names.
        among : ndarray
            (n_tracks,) bool: True for the tracks that it may name.

        Returns
        -------
        list of int
            Rows of tracks, rising; empty if it names none.
        """
        for rows in self._readings(entry):
            if found := [row for row in rows if among[row]]:
                return found
        return []

    def under_other_artists(self, entry: SongEntry) -> list[str]:
        """Return the songs that have the title of an entry, whoever they are by.

        Parameters
        ----------
        entry : SongEntry
            The entry.

        Returns
        -------
        list of str
            Each as ``Artist - Title``, in one spelling, sorted; empty if no track has the title.
        """
        artists = self._columns["artist"]
        for _, title in entry.names:
            found = {}
            for column, rows in (("work_title", self._work_titles), ("title", self._titles)):
                for row in rows.get(title_key(title), []):
                    artist, named = artists[row].as_py(), self._columns[column][row].as_py()
                    found[artist_key(artist)] = f"{artist} - {named}" if artist else named
            if found:
                return sorted(found.values())
        return []

    def works(self, rows: Iterable[int]) -> set[str]:
        """Return the works of some tracks.

        Parameters
        ----------
        rows : iterable of int
            Rows of tracks.

        Returns
        -------
        set of str
            The works, as `samesong.TrackInfo.work` names them.
        """
        return {self._works[row] for row in rows}

    def recordings(self, works: Collection[str]) -> tuple[str, ...]:
        """Return all recordings of some works.

        Parameters
        ----------
        works : collection of str
            As of `works`.

        Returns
        -------
        tuple of str
            Their track_ids.
        """
        return tuple(own for own, work in zip(self._ids, self._works, strict=True) if work in works)

    def others(self, works: Collection[str], count: int) -> tuple[str, ...]:
        """Return recordings of other works: at random, but always the same.

        Parameters
        ----------
        works : collection of str
            Works to leave out.
        count : int
            Works to draw, at most.

        Returns
        -------
        tuple of str
            The track_id of one recording of each.
        """
        found: dict[str, str] = {}
        for own, work in zip(self._ids, self._works, strict=True):
            if work not in works:
                found[work] = min(own, found.get(work, own))
        return tuple(nsmallest(count, found.values(), key=lambda own: (crc32(own.encode()), own)))

    def _readings(self, entry: SongEntry) -> Iterator[Iterable[int]]:
        for code in entry.codes:
            yield from (self._codes.get(key, ()) for key in _code_keys(code))
        yield from (self._paths.get(path, ()) for path in entry.paths)
        # A playlist of another machine has its own folders.
        files = dict.fromkeys(PurePath(path).name for path in entry.paths if "/" in path)
        yield from (self._files.get(name, ()) for name in files)
        for artist, title in entry.names:
            rows = self._of_works_titled(title)
            if artist is None or not rows:
                yield rows
            else:
                by = self.artists.mask(artist)
                yield [row for row in rows if by[row]]

    def _of_works_titled(self, title: str) -> list[int]:
        """Return all recordings of works that the user or one of their recordings calls so."""
        key = title_key(title)
        rows = {*self._titles.get(key, ()), *self._work_titles.get(key, ())}
        works = {self._works[row] for row in rows}
        return sorted(rows.union(*(self._joined.get(work, ()) for work in works)))

    @cached_property
    def _works(self) -> list[str]:
        works = self._columns["work_id"].to_pylist()
        return [work or own for work, own in zip(works, self._ids, strict=True)]

    @cached_property
    def _ids(self) -> list[str]:
        found: list[str] = self._columns["track_id"].to_pylist()
        return found

    @cached_property
    def _codes(self) -> Index:
        found: Index = defaultdict(list)
        for name in ("track_id", "work_id"):
            for row, text in enumerate(self._columns[name].to_pylist()):
                if text:
                    found[text].append(row)
        for name, read in _CODES.items():
            for row, text in enumerate(self._columns[name].to_pylist()):
                for code in read(text).valid if text else ():
                    found[f"{name}:{code}"].append(row)
        return found

    @cached_property
    def _paths(self) -> Index:
        return self._indexed("path", str)

    @cached_property
    def _files(self) -> Index:
        return self._indexed("path", lambda path: PurePath(path).name)

    @cached_property
    def _titles(self) -> Index:
        return self._indexed("title", title_key)

    @cached_property
    def _work_titles(self) -> Index:
        return self._indexed("work_title", title_key)

    @cached_property
    def _joined(self) -> Index:
        """The recordings of each work that has several."""
        return self._indexed("work_id", str)

    def _indexed(self, column: str, key: Callable[[str], str]) -> Index:
        found: Index = defaultdict(list)
        for row, text in enumerate(self._columns[column].to_pylist()):
            if text:
                found[key(text)].append(row)
        return found


def _code_keys(code: str) -> list[str]:
    """Return the keys of an index of codes under which one may be found."""
    return [code, *(f"{name}:{one}" for name, read in _CODES.items() for one in read(code).valid)]
