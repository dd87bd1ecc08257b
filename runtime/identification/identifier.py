"""Identification of a recording against a catalog."""

from collections.abc import Callable, Sequence
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from samesong.features.audio_file import Recording, name_of
from samesong.features.errors import SilentAudioError
from samesong.runtime.catalog.interface import ReferenceCatalog, TrackInfo
from samesong.runtime.identification.contenders import ContenderStage
from samesong.runtime.identification.known_works import KnownWorks
from samesong.runtime.identification.ranking import Match, Ranking
from samesong.runtime.identification.retrieval import Contender, Retrieval
from samesong.runtime.identification.retriever import Retriever
from samesong.runtime.identification.verdict import ACCEPTED, verdict_on
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.onnx_session import Device
from samesong.runtime.inference.segmentation import QUERY_HOP
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
    ) -> None:
        self._catalog = catalog
        self._analyser = Analyser(bundle, device, threads=threads)
        self._retriever = Retriever(bundle, catalog, device, threads=threads)
        self._threshold = threshold
        self._step_seconds = bundle.step_seconds[0]
        self._path = bundle.fitted.path
        self._weigh = ContenderStage(catalog, bundle.fitted.posterior, known)

    def identify(
        self,
        recording: Recording,
        top: int = 10,
        *,
        exhaustive: bool = False,
        progress: Callable[[float], None] | None = None,
    ) -> Ranking:
        """Rank the `top` works that a recording is closest to.

        All windows of a recording count for its work, and the other works count against it. What
        is ranked first, and with which probability, does not depend on `top`.

        Parameters
        ----------
        recording : str, path or AudioFile
            The recording; one that is open stays open.
        top : int, optional
            Works to return, at most.
        exhaustive : bool, optional
            Compare with all windows of the catalog, not with candidates alone.
        progress : callable, optional
            Called with the seconds read so far; what it raises ends the work.

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
        queries = self._analyser.recording(recording, QUERY_HOP, progress=progress)
        return self._ranked(name_of(recording), queries, began, top, exhaustive=exhaustive)

    def identify_samples(
        self, samples: NDArray[np.float32], sample_rate: int, top: int = 10
    ) -> Ranking:
        """Rank the `top` works that audio in memory is closest to, as `identify` does.

        Parameters
        ----------
        samples : ndarray, shape (n_samples,), floating-point
            Mono audio, full scale at 1.
        sample_rate : int
            Samples a second; any.
        top : int, optional
            Works to return, at most.

        Returns
        -------
        Ranking
            The works, and the verdict on the first one; the query has no name.

        Raises
        ------
        AudioError
            If the samples cannot be used, or all of them are silent.
        """
        began = perf_counter()
        queries = self._analyser.samples(samples, sample_rate, hop_seconds=QUERY_HOP)
        if not queries:
            raise SilentAudioError("nothing but silence: is it the right sound?")
        return self._ranked("", queries, began, top)

    def _ranked(
        self,
        name: str,
        queries: Sequence[Window],
        began: float,
        top: int,
        *,
        exhaustive: bool = False,
    ) -> Ranking:
        analysed = perf_counter()
        found = self._retriever.search(queries, exhaustive=exhaustive)
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
        """Align the best contenders, with windows that the search held where it did."""
        best = found.contenders[:top]
        keys = [one.closest.found.reference_key for one in best]
        windows = dict(found.windows)
        if missing := [key for key in keys if key not in windows]:
            windows |= {one.key: one for one in self._catalog.read(missing)}
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
