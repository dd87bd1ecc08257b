"""Identification of a recording against a catalog."""

from pathlib import Path
from time import perf_counter

from samesong.runtime.catalog.interface import ReferenceCatalog
from samesong.runtime.identification.contenders import ContenderStage
from samesong.runtime.identification.posterior import ACCEPTED
from samesong.runtime.identification.ranking import Match, Ranking
from samesong.runtime.identification.retrieval import Contender, Retrieval
from samesong.runtime.identification.retriever import Retriever
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
        Least probability at which the first match is accepted.

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
    ) -> None:
        self._catalog = catalog
        self._analyser = Analyser(bundle, device, threads=threads)
        self._retriever = Retriever(bundle, catalog, device, threads=threads)
        self._threshold = threshold
        self._step_seconds = bundle.step_seconds[0]
        self._fitted = bundle.fitted

    def identify(self, path: str | Path, top: int = 10, *, exhaustive: bool = False) -> Ranking:
        """Rank the `top` tracks closest to a recording.

        All windows of a track count for it, and the other tracks count against it.

        Parameters
        ----------
        path : str or Path
            The recording.
        top : int, optional
            Tracks to return, at most.
        exhaustive : bool, optional
            Compare with all windows of the catalog, not with candidates alone.

        Returns
        -------
        Ranking
            The tracks, and whether the first one is accepted.

        Raises
        ------
        AudioError
            If the recording cannot be used.
        """
        began = perf_counter()
        queries = self._analyser.recording(path, QUERY_HOP)
        analysed = perf_counter()
        found = self._retriever.search(queries, exhaustive=exhaustive)
        trace = found.trace
        trace.milliseconds = {"analyse": 1000 * (analysed - began), **trace.milliseconds}
        with trace.time("align"):
            found = ContenderStage(self._catalog, self._fitted.posterior, top)(found)
            matches = self._matches(found, top)
        accepted = bool(matches) and matches[0].score >= self._threshold
        return Ranking(str(path), matches, accepted, perf_counter() - began, trace)

    def _matches(self, found: Retrieval, top: int) -> tuple[Match, ...]:
        """Align the best contenders, with windows that the search held where it did."""
        best = found.contenders[:top]
        keys = [one.found.reference_key for one in best]
        windows = dict(found.windows)
        if missing := [key for key in keys if key not in windows]:
            windows |= {one.key: one for one in self._catalog.read(missing)}
        references = [windows[key].window for key in keys]
        return tuple(
            self._match(rank, *pair)
            for rank, pair in enumerate(zip(best, references, strict=True), 1)
        )

    def _match(self, rank: int, contender: Contender, reference: Window) -> Match:
        alignment = align(contender.found.query, reference, self._step_seconds, self._fitted.path)
        return Match(
            rank=rank,
            track=contender.track,
            score=contender.probability,
            key_shift=alignment.key_shift,
            query_span=alignment.query_span,
            reference_span=alignment.reference_span,
            tempo_ratio=alignment.tempo_ratio,
        )
