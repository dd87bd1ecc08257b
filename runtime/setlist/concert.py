"""Finds the songs of a whole concert: which tracks they are, and from when to when."""

import hashlib
import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic
from typing import Protocol

from samesong.features import audio
from samesong.runtime.catalog.interface import ReferenceCatalog, TrackInfo
from samesong.runtime.identification.posterior import ACCEPTED
from samesong.runtime.identification.retriever import Retriever
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.onnx_session import Device
from samesong.runtime.setlist.decide import Decider
from samesong.runtime.setlist.evidence import CELL, KEPT, cell_evidence, n_cells, window_of
from samesong.runtime.setlist.songs import Setlist
from samesong.runtime.setlist.state import Key, State
from samesong.runtime.setlist.timeline import concatenate
from samesong.runtime.setlist.timeline_reader import TimelineReader

Progress = Callable[[float, float], None]
"""Called with the seconds done and the seconds of the recording; may raise to stop the work."""

_SAVE_SECONDS = 20.0


class SetlistCatalog(ReferenceCatalog, Protocol):
    """The part of a catalog that finding set lists needs."""

    def tracks(self) -> Sequence[TrackInfo]:
        """Return all tracks."""


class SetlistFinder:
    """Finds the songs of recordings of any length.

    Parameters
    ----------
    bundle
        The model that the catalog was made with.
    catalog
        The studio tracks.
    device, threads
        As `samesong.runtime.inference.onnx_session.Session` takes them.
    threshold
        Probability from which on a song is taken for a track's rather than for one that is not in
        the catalog.

    Raises
    ------
    MismatchError
        If the catalog was made with another model.
    FrontEndError, DeviceError, MissingExtraError, BundleError
        As `samesong.runtime.inference.analyser.Analyser` does.
    """

    def __init__(
        self,
        bundle: ModelBundle,
        catalog: SetlistCatalog,
        device: Device = "cpu",
        *,
        threads: int | None = None,
        threshold: float = ACCEPTED,
    ) -> None:
        self._bundle = bundle
        self._catalog = catalog
        self._retriever = Retriever(bundle, catalog, device, threads=threads, finalists=KEPT)
        analyser = Analyser(bundle, device, threads=threads)
        self._reader = TimelineReader(bundle, analyser)
        self._decider = Decider(bundle, catalog, self._retriever, threshold)

    def find(
        self,
        path: str | Path,
        *,
        progress: Progress | None = None,
        resume: Path | None = None,
    ) -> Setlist:
        """Find the songs of a recording.

        Memory is that of a few minutes of audio and about 2.5 MB an hour.

        Parameters
        ----------
        path
            The recording.
        progress
            Called from time to time; what it raises ends the work.
        resume
            File that keeps what was found so far, whatever ends the work; the next call with it
            goes on from there. It stays when all is done: remove it once the list is safe.

        Raises
        ------
        AudioError
            If the recording cannot be used.
        SetlistError
            If `resume` is another file than one of these, or is of another recording.
        """
        duration = audio.probe(path).duration
        state = self._state(path, resume)
        try:
            self._listen(path, duration, state, progress, resume)
        finally:
            if resume is not None:
                state.save(resume)
        return self._decider.decide(path, state.end, state)

    def so_far(self, path: str | Path, resume: Path) -> Setlist:
        """Return the songs in what was listened to before `find` was interrupted.

        Parameters
        ----------
        path, resume
            As they were given to `find`.
        """
        return self._decider.decide(path, audio.probe(path).duration, self._state(path, resume))

    def _state(self, path: str | Path, resume: Path | None) -> State:
        key = self._key(Path(path))
        return State(key) if resume is None else State.load(resume, key, self._bundle.step_seconds)

    def _key(self, path: Path) -> Key:
        status = path.stat()
        tracks = sorted(track.track_id for track in self._catalog.tracks())
        return Key(
            path=str(path.resolve()),
            recording=f"{status.st_size} bytes, {status.st_mtime_ns} ns",
            model=f"{self._bundle.fingerprint} {self._bundle.manifest.scorer.sha256}",
            catalog=hashlib.sha256(json.dumps(tracks).encode()).hexdigest(),
        )

    def _listen(
        self,
        path: str | Path,
        duration: float,
        state: State,
        progress: Progress | None,
        resume: Path | None,
    ) -> None:
        saved = monotonic()
        report = progress or (lambda *_: None)
        report(state.end, duration)
        for stretch in self._reader.read(path, skip=len(state.stretches)):
            state.stretches.append(stretch)
            self._compare(state, report, duration)
            if resume is not None and monotonic() - saved > _SAVE_SECONDS:
                state.save(resume)
                saved = monotonic()
        self._compare(state, report, duration, all_known=True)

    def _compare(
        self, state: State, report: Progress, duration: float, *, all_known: bool = False
    ) -> None:
        """Collect the evidence of the cells whose windows are known by now."""
        recent = concatenate(state.stretches[-3:])  # longer than a stretch and a window
        last = state.end if all_known else math.inf
        while len(state.evidence) < n_cells(state.end):
            start, end = window_of(len(state.evidence), last)
            if end > state.end:
                break
            state.evidence.append(cell_evidence(recent, self._retriever, start, end))
            report(min(state.end, len(state.evidence) * CELL), duration)
