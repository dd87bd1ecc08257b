"""The work of set lists in the server's own process."""

from samesong.features.progress import OnProgress
from samesong.runtime.files.reader import FileReader
from samesong.runtime.server.known_songs import KnownSearches
from samesong.runtime.server.library import Library
from samesong.runtime.setlist.concert_job import ConcertJob, FoundConcert, find_concert
from samesong.runtime.setlist.finder import OnFound, SetlistFinder


class LocalConcerts:
    """A `samesong.runtime.setlist.concert_job.ConcertFinder` in this process.

    Parameters
    ----------
    library : Library
        The catalog and the model.
    searches : KnownSearches
        Searches of the catalog.
    reader : FileReader
        Reads the concerts.
    at_a_time : int
        Number of concerts at a time.
    """

    def __init__(
        self, library: Library, searches: KnownSearches, reader: FileReader, at_a_time: int
    ) -> None:
        self.at_a_time = at_a_time
        self._library, self._searches, self._reader = library, searches, reader

    def find(
        self, job: ConcertJob, progress: OnProgress, found: OnFound
    ) -> FoundConcert:  # numpydoc ignore=PR01
        """As of `ConcertFinder`."""
        library, search = self._library, self._searches.find(job.repertoire)
        finder = SetlistFinder(
            library.bundle, search.catalog, library.device, known=search.known, shards=search.shards
        )
        return find_concert(finder, job, self._reader, progress, found)
