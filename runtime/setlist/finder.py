"""Finds the songs of a concert: the tracks that they are, and their times."""

from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic
from typing import TypeVar

from numpy.typing import ArrayLike

from samesong import __version__
from samesong.features.errors import SetlistError, SilentAudioError
from samesong.features.progress import OnProgress, Progress
from samesong.features.recording import Recording, recording_of
from samesong.runtime.catalog.interface import ReferenceCatalog
from samesong.runtime.identification.known_works import KnownWorks
from samesong.runtime.identification.retriever import Retriever
from samesong.runtime.identification.shards import ShardsNow
from samesong.runtime.identification.verdict import ACCEPTED
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.onnx_session import Device
from samesong.runtime.setlist.cell_evidence import KEPT
from samesong.runtime.setlist.concert_analyser import ConcertAnalyser
from samesong.runtime.setlist.concert_audio import ConcertAudio
from samesong.runtime.setlist.document import RecordingFile, Setlist
from samesong.runtime.setlist.interlude import Interlude
from samesong.runtime.setlist.partial_analysis import AnalysisKey, PartialAnalysis
from samesong.runtime.setlist.song import Song
from samesong.runtime.setlist.song_lister import SongLister

EVERY = 300.0
"""Seconds of a recording after which the list so far is told."""

OnFound = Callable[[Setlist], None]
"""Called with a list that grows."""

Entry = TypeVar("Entry", Song, Interlude)


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
    shards : callable, optional
        As for `samesong.runtime.identification.retriever.Retriever`.

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
    >>> from samesong import Analyser, Catalog, CatalogWriter, Indexer, ModelBundle, SetlistFinder
    >>> from samesong.features import load, write_wav
    >>> from samesong.runtime.demo.run import DEMO_AUDIO
    >>> bundle = ModelBundle.load()
    >>> songs = ["auld_lang_syne", "drunken_sailor"]
    >>> with TemporaryDirectory() as folder:
    ...     catalog, concert = Path(folder, "catalog"), Path(folder, "concert.wav")
    ...     with CatalogWriter(catalog, bundle) as writer:
    ...         studio = [DEMO_AUDIO / f"studio_{song}.opus" for song in songs]
    ...         indexed = Indexer(writer, Analyser(bundle)).index(studio)
    ...     live = [load(DEMO_AUDIO / f"live_{song}.opus") for song in songs]
    ...     write_wav(concert, np.concatenate(live))
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
        shards: ShardsNow | None = None,
    ) -> None:
        self._bundle = bundle
        self._catalog = catalog
        self._threshold = threshold
        self._known = known
        self._retriever = Retriever(
            bundle, catalog, device, threads=threads, finalists=KEPT, shards=shards
        )
        analyser = Analyser(bundle, device, threads=threads)
        self._make = analyser.make
        self._analyser = ConcertAnalyser(bundle, analyser, self._retriever, catalog)

    def find(
        self,
        recording: Recording | ArrayLike | ConcertAudio,
        *,
        sample_rate: int | None = None,
        talk: bool = False,
        progress: OnProgress | None = None,
        found: OnFound | None = None,
        every: float = EVERY,
        share: float = 1.0,
        resume: Path | None = None,
    ) -> Setlist:
        """Find the songs of a recording.

        Memory is that of a few minutes of audio and about 12 MB an hour.

        Parameters
        ----------
        recording : Recording, array or ConcertAudio
            A path, an open file, bytes, or samples as `samesong.AudioSamples` takes them; several
            files in order, or a part of it, as a
            `samesong.runtime.setlist.concert_audio.ConcertAudio`.
        sample_rate : int, optional
            Samples a second of an array.
        talk : bool, optional
            List talk, applause and tuning as well.
        progress : callable, optional
            Called from time to time; what it raises ends the work.
        found : callable, optional
            Called from time to time with the list so far, the end of which is where the analysis
            is.
        every : float, optional
            Seconds of the recording after which `found` is called.
        share : float, optional
            It is called later where making these lists would take more than this share of the time
            that the rest takes.
        resume : Path, optional
            File that keeps the analysis so far, whatever ends the work; the next call with it goes
            on from there. It is written from time to time, and before each call of `found`. It
            stays when all is done: remove it once the list is safe. Only of a recording with a
            path.

        Returns
        -------
        Setlist
            The songs in their order.

        Raises
        ------
        AudioError
            If the recording cannot be used, or is silent.
        SetlistError
            If `resume` is another file than one of these, or of another recording or made with
            other options.
        """
        concert = _opened(recording, sample_rate)
        analysis = self._resumed(concert, resume)
        lister = self._lister()
        due = (analysis.end // every + 1) * every
        rested = 0.0  # when enough time has passed since the last list

        def proceed(state: Progress) -> None:
            nonlocal due, rested
            done = state.seconds_done
            if progress is not None:
                progress(state)
            is_due = due <= done < concert.end - concert.start and monotonic() >= rested
            if found is not None and is_due:
                due = (done // every + 1) * every
                began = monotonic()
                listed = lister.list(analysis, concert.joins)
                if resume is not None:
                    analysis.save(resume)
                rested = monotonic() + (monotonic() - began) / share
                found(self._signed(_setlist(concert, *listed, talk=talk, until=done)))

        try:
            self._analyser.complete(analysis, concert, progress=proceed, resume=resume)
        finally:
            if resume is not None:
                analysis.save(resume)
        if not any(part.levels[0].any() for part in analysis.timelines):
            raise SilentAudioError(
                f"{concert.name} is silent from {concert.start:.0f} to {concert.end:.0f} s: check "
                "the recording"
            )
        return self._signed(_setlist(concert, *lister.list(analysis, concert.joins), talk=talk))

    def so_far(
        self, recording: str | Path | ConcertAudio, resume: Path, *, talk: bool = False
    ) -> Setlist:
        """Return the songs in what was analysed before `find` was interrupted.

        Parameters
        ----------
        recording : str, Path or ConcertAudio
            The recording.
        resume : Path
            The file that was given to `find`.
        talk : bool, optional
            List talk, applause and tuning as well.

        Returns
        -------
        Setlist
            The songs in their order.

        Raises
        ------
        AudioError, SetlistError
            As `find` does.
        """
        concert = _opened(recording)
        analysis = self._resumed(concert, resume)
        listed = self._lister().list(analysis, concert.joins)
        return self._signed(_setlist(concert, *listed, talk=talk, until=analysis.end))

    def _signed(self, found: Setlist) -> Setlist:
        """Add what a list was found with."""
        made_with = {
            "model": self._bundle.manifest.name,
            "threshold": self._threshold,
            "version": __version__,
        }
        return found.model_copy(update=made_with)

    def _lister(self) -> SongLister:
        return SongLister(
            self._bundle,
            self._catalog,
            self._retriever,
            threshold=self._threshold,
            known=self._known,
            make=self._make,
        )

    def _resumed(self, concert: ConcertAudio, resume: Path | None) -> PartialAnalysis:
        key = AnalysisKey.of(
            concert,
            self._bundle,
            self._catalog.tracks(),
            known=() if self._known is None else self._known.works,
            threshold=self._threshold,
        )
        if resume is None:
            return PartialAnalysis(key)
        if concert.is_in_memory:
            raise SetlistError(
                f"resume={str(resume)!r} is for a recording with a path, and {concert.name!r} is "
                "in memory: save it to a file, or leave resume out"
            )
        return PartialAnalysis.load(resume, key, self._bundle.step_seconds)


def _opened(
    recording: Recording | ArrayLike | ConcertAudio, sample_rate: int | None = None
) -> ConcertAudio:
    if isinstance(recording, ConcertAudio):
        return recording
    return ConcertAudio([recording_of(recording, sample_rate)])


def _setlist(
    concert: ConcertAudio,
    songs: Sequence[Song],
    between: Sequence[Interlude],
    *,
    talk: bool,
    until: float | None = None,
) -> Setlist:
    """Return the list of songs in a part, with times of the whole recording."""
    files = concert.files if len(concert.paths) > 1 else ()
    end = concert.end if until is None else concert.start + until
    duration = round(max(end, concert.duration), 2)
    return Setlist(
        recording=concert.name,
        title=concert.title,
        duration=duration,
        songs=tuple(_moved(song, concert.start, duration) for song in songs),
        interludes=tuple(_moved(one, concert.start, duration) for one in between if talk),
        files=tuple(
            RecordingFile(path=str(file.path), start=round(file.start, 2), end=round(file.end, 2))
            for file in files
        ),
        start=concert.start,
        end=None if round(end, 2) >= duration else round(end, 2),
    )


def _moved(entry: Entry, seconds: float, duration: float) -> Entry:
    times = {name: round(getattr(entry, name) + seconds, 2) for name in ("start", "end")}
    return entry.model_copy(update={**times, "end": min(times["end"], duration)})
