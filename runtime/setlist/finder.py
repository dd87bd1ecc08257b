"""Finds the songs of a concert: the tracks that they are, and their times."""

from collections.abc import Mapping
from pathlib import Path

from samesong.features import audio
from samesong.runtime.catalog.interface import ReferenceCatalog
from samesong.runtime.identification.known_works import KnownWorks
from samesong.runtime.identification.retriever import Retriever
from samesong.runtime.identification.verdict import ACCEPTED
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.onnx_session import Device
from samesong.runtime.matching.alignment import align
from samesong.runtime.representation.window import Window
from samesong.runtime.setlist.artists import favour_artists
from samesong.runtime.setlist.boundaries import place_boundaries
from samesong.runtime.setlist.cell_evidence import KEPT, evidence_for_works, works_of
from samesong.runtime.setlist.concert_analyser import ConcertAnalyser, OnProgress
from samesong.runtime.setlist.document import Candidate, Setlist, Song, SongTrack
from samesong.runtime.setlist.initial_segments import initial_segments
from samesong.runtime.setlist.naming import SegmentNamer, name_segments
from samesong.runtime.setlist.partial_analysis import AnalysisKey, PartialAnalysis
from samesong.runtime.setlist.segments import Segment, merge
from samesong.runtime.setlist.timeline import Timeline, concatenate

CANDIDATES = 5
"""Works that are told of a song, at most."""


class SetlistFinder:
    """Finds the songs of recordings of any length.

    Parameters
    ----------
    bundle : ModelBundle
        The model that the catalog was made with.
    catalog : ReferenceCatalog
        The studio tracks, such as a `samesong.Catalog`.
    device : {"cpu", "cuda"}, optional
        Device of the model.
    threads : int, optional
        Threads on the CPU; one a core by default.
    threshold : float, optional
        Least probability of a song that is named; below it the song is listed as unknown, with
        its candidates.
    known : KnownWorks, optional
        The works that songs may be performances of, where that is known.

    Raises
    ------
    MismatchError
        If the catalog was made with another model.
    FrontEndError, DeviceError, MissingExtraError, BundleError
        As `samesong.Analyser` does.

    Examples
    --------
    Two of the bundled live recordings, one after the other, make a small concert.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import numpy as np
    >>> import soundfile
    >>> from samesong import Analyser, Catalog, CatalogWriter, Indexer, ModelBundle, SetlistFinder
    >>> from samesong.features import load
    >>> from samesong.runtime.demo.run import DEMO_AUDIO
    >>> bundle = ModelBundle.load()
    >>> songs = ["auld_lang_syne", "drunken_sailor"]
    >>> with TemporaryDirectory() as folder:
    ...     catalog, concert = Path(folder, "catalog"), Path(folder, "concert.flac")
    ...     with CatalogWriter(catalog, bundle) as writer:
    ...         studio = [DEMO_AUDIO / f"studio_{song}.opus" for song in songs]
    ...         indexed = Indexer(writer, Analyser(bundle)).index(studio)
    ...     live = [load(DEMO_AUDIO / f"live_{song}.opus") for song in songs]
    ...     soundfile.write(concert, np.concatenate(live), 22_050)
    ...     found = SetlistFinder(bundle, Catalog(catalog, bundle)).find(concert)
    >>> [song.track.title for song in found.songs]
    ['Auld Lang Syne', 'Drunken Sailor']
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
        self._bundle = bundle
        self._catalog = catalog
        self._threshold = threshold
        self._known = known
        self._retriever = Retriever(bundle, catalog, device, threads=threads, finalists=KEPT)
        analyser = Analyser(bundle, device, threads=threads)
        self._analyser = ConcertAnalyser(bundle, analyser, self._retriever, catalog)

    def find(
        self,
        path: str | Path,
        *,
        progress: OnProgress | None = None,
        resume: Path | None = None,
    ) -> Setlist:
        """Find the songs of a recording.

        Memory is that of a few minutes of audio and about 10 MB an hour.

        Parameters
        ----------
        path : str or Path
            The recording.
        progress : callable, optional
            Called from time to time with the seconds analysed and the seconds of the recording;
            what it raises ends the work.
        resume : Path, optional
            File that keeps the analysis so far, whatever ends the work; the next call with it goes
            on from there. It stays when all is done: remove it once the list is safe.

        Returns
        -------
        Setlist
            The songs in their order.

        Raises
        ------
        AudioError
            If the recording cannot be used.
        SetlistError
            If `resume` is another file than one of these, or is of another recording.
        """
        duration = audio.probe(path).duration
        analysis = self._resumed(path, resume)
        try:
            self._analyser.complete(
                analysis, path, duration, progress=progress or (lambda *_: None), resume=resume
            )
        finally:
            if resume is not None:
                analysis.save(resume)
        return self._setlist(path, analysis.end, analysis)

    def so_far(self, path: str | Path, resume: Path) -> Setlist:
        """Return the songs in what was analysed before `find` was interrupted.

        Parameters
        ----------
        path : str or Path
            The recording.
        resume : Path
            The file that was given to `find`.

        Returns
        -------
        Setlist
            The songs in their order.

        Raises
        ------
        AudioError, SetlistError
            As `find` does.
        """
        return self._setlist(path, audio.probe(path).duration, self._resumed(path, resume))

    def _resumed(self, path: str | Path, resume: Path | None) -> PartialAnalysis:
        key = AnalysisKey.of(Path(path), self._bundle, self._catalog.tracks())
        if resume is None:
            return PartialAnalysis(key)
        return PartialAnalysis.load(resume, key, self._bundle.step_seconds)

    def _setlist(self, path: str | Path, duration: float, analysis: PartialAnalysis) -> Setlist:
        """Decide on the songs: segment the recording, name the segments, place boundaries."""
        if not analysis.evidence:
            return Setlist(recording=str(path), duration=duration, songs=())
        fitted = self._bundle.fitted
        timeline = concatenate(analysis.timelines)
        heard = {track_id for cell in analysis.evidence for track_id in cell}
        works = works_of(heard, self._catalog)
        evidence = [evidence_for_works(cell, works) for cell in analysis.evidence]
        namer = SegmentNamer(
            self._bundle, self._catalog, self._retriever, self._threshold, self._known
        )
        segments = name_segments(
            initial_segments(evidence, timeline, fitted.setlist),
            lambda segment: namer.name(segment, timeline, analysis.evidence),
        )
        if self._known is None:  # else it is known already who plays
            odds = fitted.repertoire.learnt_odds
            segments = merge(favour_artists(segments, odds, namer.settle))
        songs = [segment for segment in segments if segment.is_song]
        placed = place_boundaries(songs, timeline, namer.tracks, fitted)
        found = tuple(self._song(segment, timeline, namer.tracks) for segment in placed)
        return Setlist(recording=str(path), duration=round(duration, 2), songs=found)

    def _song(self, segment: Segment, timeline: Timeline, tracks: Mapping[str, Window]) -> Song:
        start, end = round(segment.start, 2), round(segment.end, 2)
        candidates = tuple(
            Candidate(
                track=SongTrack.model_validate(one.closest.track),
                probability=round(one.probability, 4),
            )
            for one in segment.candidates[:CANDIDATES]
        )
        if segment.track_id is None:
            return Song(start=start, end=end, verdict=segment.verdict, candidates=candidates)
        alignment = align(
            timeline.window(segment.start, segment.end),
            tracks[segment.track_id],
            timeline.step_seconds[0],
            self._bundle.fitted.path,
        )
        return Song(
            start=start,
            end=end,
            verdict=segment.verdict,
            candidates=candidates,
            track=SongTrack.model_validate(self._catalog.track(segment.track_id)),
            confidence=round(segment.confidence, 4),
            key_shift=alignment.key_shift,
            tempo_ratio=round(alignment.tempo_ratio, 3),
        )
