"""Identification of a recording against a catalog."""

from collections.abc import Iterable, Iterator, Sequence
from os import PathLike
from time import perf_counter
from typing import Any

from numpy.typing import ArrayLike

from samesong.features.progress import OnProgress, Progress, ignore
from samesong.features.recording import Recording, name_of, recording_of
from samesong.runtime.catalog.interface import ReferenceCatalog, TrackInfo
from samesong.runtime.files.failure import file_failure
from samesong.runtime.files.reader import FileReader
from samesong.runtime.identification.contenders import ContenderStage
from samesong.runtime.identification.each_recording import each_recording
from samesong.runtime.identification.failure import Failure
from samesong.runtime.identification.known_works import KnownWorks
from samesong.runtime.identification.ranking import Match, Ranking
from samesong.runtime.identification.retrieval import Contender, Retrieval
from samesong.runtime.identification.retriever import Retriever
from samesong.runtime.identification.shards import ShardsNow
from samesong.runtime.identification.verdict import ACCEPTED, verdict_on
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.onnx_session import Device
from samesong.runtime.inference.query import Query
from samesong.runtime.matching.alignment import align
from samesong.runtime.representation.window import Window


class Identifier:
    """Identifies recordings against a catalog.

    Parameters
    ----------
    bundle : ModelBundle
        The model that the catalog was made with.
    catalog : ReferenceCatalog
        Its tracks and windows.
    device : {'cpu', 'cuda'}, optional
        As `samesong.runtime.inference.onnx_session.Session` takes it.
    threads : int, optional
        Threads on the CPU; one a core if left out.
    threshold : float, optional
        Least probability at which the first work is accepted.
    known : KnownWorks, optional
        The works that recordings may be performances of, where that is known.
    shards : callable, optional
        As for `samesong.runtime.identification.retriever.Retriever`.

    Raises
    ------
    MismatchError
        If the catalog was made with another model.
    FrontEndError, DeviceError, MissingExtraError, BundleError
        As `samesong.runtime.inference.analyser.Analyser` does.

    Examples
    --------
    >>> import tempfile
    >>> from importlib.resources import files
    >>> import samesong
    >>> audio = files("samesong.runtime") / "demo_audio"
    >>> bundle = samesong.ModelBundle.load()
    >>> studio = [audio / "studio_greensleeves.opus", audio / "studio_oh_susanna.opus"]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with samesong.CatalogWriter(folder, bundle) as writer:
    ...         _ = samesong.Indexer(writer, samesong.Analyser(bundle), workers=1).index(studio)
    ...     identifier = samesong.Identifier(bundle, samesong.Catalog(folder, bundle))
    ...     ranking = identifier.identify(audio / "live_greensleeves.opus")
    >>> ranking.matches[0].track.title, ranking.accepted
    ('Greensleeves', True)
    """

    def __init__(
        self,
        bundle: ModelBundle,
        catalog: ReferenceCatalog,
        device: Device = "cpu",
        *,
        threads: int | None = None,
        threshold: float = ACCEPTED,
        known: KnownWorks | None = None,
        shards: ShardsNow | None = None,
    ) -> None:
        self._catalog = catalog
        self._analyser = Analyser(bundle, device, threads=threads)
        self._retriever = Retriever(bundle, catalog, device, threads=threads, shards=shards)
        self._threshold = threshold
        self._step_seconds = bundle.step_seconds[0]
        self._path = bundle.fitted.path
        self._weigh = ContenderStage(catalog, bundle.fitted.posterior, known)

    def identify(
        self,
        recording: Recording | ArrayLike,
        top: int = 10,
        *,
        sample_rate: int | None = None,
        exhaustive: bool = False,
        progress: OnProgress | None = None,
    ) -> Ranking:
        """Rank the `top` works that a recording is closest to.

        All windows of a recording count for its work, and the other works count against it. What
        is ranked first, and with which probability, does not depend on `top`.

        Parameters
        ----------
        recording : Recording or array
            A path, an open file, bytes, or samples as `samesong.AudioSamples` takes them; what is
            open stays open.
        top : int, optional
            Works to return, at most.
        sample_rate : int, optional
            Samples a second of an array.
        exhaustive : bool, optional
            Compare with all windows of the catalog, not with candidates alone.
        progress : callable, optional
            Called while the recording is read; what it raises ends the work.

        Returns
        -------
        Ranking
            The works, and the verdict on the first one.

        Raises
        ------
        AudioError
            If the recording cannot be used.
        """
        began = perf_counter()
        sound = recording_of(recording, sample_rate)
        query = self._analyser.query(sound, progress=progress)
        return self._ranked(name_of(sound), query, began, top, exhaustive=exhaustive)

    def identify_many(
        self,
        recordings: Iterable[Recording] | str | PathLike[str],
        top: int = 10,
        *,
        exhaustive: bool = False,
        progress: OnProgress = ignore,
        reader: FileReader | None = None,
    ) -> Iterator[Ranking | Failure]:
        """Identify recordings one after the other, and yield each answer as soon as it is found.

        One that cannot be read takes no other with it.

        Parameters
        ----------
        recordings : iterable of Recording, or path
            As `identify` takes them, arrays as `samesong.AudioSamples`; a folder stands for all
            recordings in it and below it. They are taken one by one: an iterator may be endless.
        top : int, optional
            Works to return of each, at most.
        exhaustive : bool, optional
            As for `identify`.
        progress : callable, optional
            Called after each recording.
        reader : FileReader, optional
            Opens what is given as a path; by default in this process.

        Yields
        ------
        Ranking or Failure
            One a recording, in order; `error` is None of a ranking.

        Raises
        ------
        SamesongError
            If it is the catalog, the model or the device that fails.

        Examples
        --------
        >>> import samesong
        >>> from samesong.runtime.demo.run import DEMO_AUDIO
        >>> with samesong.CatalogWriter("catalog", bundle := samesong.ModelBundle.load()) as writer:
        ...     studio = [DEMO_AUDIO / "studio_greensleeves.opus"]
        ...     _ = samesong.Indexer(writer, samesong.Analyser(bundle)).index(studio)
        >>> identifier = samesong.Identifier(bundle, samesong.Catalog("catalog", bundle))
        >>> live = [DEMO_AUDIO / "live_greensleeves.opus", "missing.flac"]
        >>> for answer in identifier.identify_many(live):
        ...     print(answer.error or answer.matches[0].title)
        Greensleeves
        'missing.flac' does not exist; check the path
        """
        given = [recordings] if isinstance(recordings, (str, PathLike)) else recordings
        found: Iterable[Any] = each_recording(given)
        if isinstance(given, Sequence):
            found = list(found)
        total = len(found) if isinstance(found, list) else None
        for done, one in enumerate(found, 1):
            yield self._attempt(one, top, exhaustive=exhaustive, reader=reader or FileReader())
            progress(Progress("identify", done, total))

    def _attempt(
        self, recording: Any, top: int, *, exhaustive: bool, reader: FileReader
    ) -> Ranking | Failure:
        if isinstance(recording, Failure):
            return recording
        name = f"object of type {type(recording).__name__}"
        try:
            name = name_of(recording_of(recording))
            if not isinstance(recording, (str, PathLike)):
                return self.identify(recording, top, exhaustive=exhaustive)
            with reader.open(name) as file:
                return self.identify(file, top, exhaustive=exhaustive)
        except Exception as error:
            return Failure(name, file_failure(name, error))

    def _ranked(
        self,
        name: str,
        query: Query,
        began: float,
        top: int,
        *,
        exhaustive: bool = False,
    ) -> Ranking:
        analysed = perf_counter()
        found = self._retriever.search(
            query.windows, exhaustive=exhaustive, at_tempo=query.at_tempo
        )
        trace = found.trace
        trace.milliseconds = {"analyse": 1000 * (analysed - began), **trace.milliseconds}
        with trace.time("align"):
            found = self._weigh(found)
            matches = self._matches(found, top)
        probabilities = [one.probability for one in found.contenders]
        return Ranking(
            query=name,
            verdict=verdict_on(probabilities, self._threshold),
            matches=matches,
            none=max(0.0, 1 - sum(probabilities)),
            seconds=perf_counter() - began,
            trace=trace,
        )

    def _matches(self, found: Retrieval, top: int) -> tuple[Match, ...]:
        """Align the best contenders, with windows that the search holds."""
        best = found.contenders[:top]
        keys = [one.closest.found.reference_key for one in best]
        windows = self._retriever.read(keys)
        recordings = self._catalog.find_recordings([one.work_id for one in best])
        return tuple(
            self._match(rank, one, windows[key].window, recordings[one.work_id])
            for rank, (one, key) in enumerate(zip(best, keys, strict=True), 1)
        )

    def _match(
        self, rank: int, contender: Contender, reference: Window, recordings: Sequence[TrackInfo]
    ) -> Match:
        closest = contender.closest
        alignment = align(closest.found.query, reference, self._step_seconds, self._path)
        return Match(
            rank=rank,
            work_id=contender.work_id,
            track=closest.track,
            probability=contender.probability,
            versions=other_versions(contender, recordings),
            key_shift=alignment.key_shift,
            query_span=alignment.query_span,
            reference_span=alignment.reference_span,
            tempo_ratio=alignment.tempo_ratio,
        )


def other_versions(contender: Contender, recordings: Sequence[TrackInfo]) -> tuple[TrackInfo, ...]:
    """Return the recordings of a work besides the one that a query is closest to.

    Parameters
    ----------
    contender : Contender
        The work.
    recordings : sequence of TrackInfo
        All recordings of it.

    Returns
    -------
    tuple of TrackInfo
        Those that were compared first, the closest one first, then the others by path.
    """
    places = {one.track.track_id: place for place, one in enumerate(contender.recordings)}
    ordered = sorted(
        recordings, key=lambda track: (places.get(track.track_id, len(places)), track.path)
    )
    return tuple(track for track in ordered if places.get(track.track_id) != 0)
