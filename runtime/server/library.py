"""The catalog that a service serves, kept up to date, with an identifier."""

import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import TypeVar

from samesong.features.decoding.notes import Note
from samesong.features.errors import CatalogError
from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.catalog.folder import AUDIO
from samesong.runtime.catalog.leftovers import unfinished_files
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.writer import CatalogWriter
from samesong.runtime.files.discovery import stored_path
from samesong.runtime.files.reader import FileReader
from samesong.runtime.identification.identifier import Identifier
from samesong.runtime.identification.shard_state import ShardSource
from samesong.runtime.indexing.analyse_file import analyse_file, track_id_of
from samesong.runtime.indexing.by_ear import VersionStage
from samesong.runtime.indexing.finders import LocalFinder
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.onnx_session import Device
from samesong.runtime.server.audio_folder import AudioFolder, file_below
from samesong.runtime.server.catalog_snapshot import CatalogSnapshot, Takeover
from samesong.runtime.server.length_limit import length_limit
from samesong.runtime.server.problems import ProblemError
from samesong.runtime.storage.address import is_local

T = TypeVar("T")


@dataclass(frozen=True)
class AddedTrack:
    """A track that a recording was added as.

    Attributes
    ----------
    track : CatalogTrack
        The track.
    is_new : bool
        False if it was in the catalog already.
    notes : tuple of Note
        Remarks on the recording.
    """

    track: CatalogTrack
    is_new: bool
    notes: tuple[Note, ...] = ()


class Library:
    """A catalog and its identifier, read again after every change.

    Parameters
    ----------
    location : str
        The catalog.
    bundle : ModelBundle
        The model that the catalog was made with.
    device : {"cpu", "cuda"}, optional
        Device of the model.
    audio_folder : Path, optional
        Folder for added recordings, so that they can be played. By default the folder ``audio``
        in a catalog on disk, and none for an object store.
    music : sequence of Path, optional
        Folders whose files may be played as well: a catalog from elsewhere may name any file.
    cluster : ShardSource, optional
        Where the shards run that the catalog is searched in; by default it is searched in this
        process.

    Raises
    ------
    CatalogError, MismatchError, DeviceError, ...
        As `Catalog` and `Identifier` do.
    """

    def __init__(
        self,
        location: str,
        bundle: ModelBundle,
        device: Device = "cpu",
        audio_folder: Path | None = None,
        music: Sequence[Path] = (),
        *,
        cluster: ShardSource | None = None,
    ) -> None:
        self.cluster = cluster
        self.location, self.bundle, self.device = location, bundle, device
        self._music = tuple(music)
        self._audio: AudioFolder | None = None
        if audio_folder is not None:
            self._audio = AudioFolder(audio_folder)
            self._audio.require_writable()
        elif is_local(location):
            self._audio = AudioFolder(Path(location) / AUDIO)
        self._reading = Lock()
        self._writing = Lock()
        # One thread: recordings are analysed in parallel.
        self.analyser = Analyser(bundle, device, threads=1)
        self._snapshot = self._read()
        self._takeover = Takeover(self._snapshot)
        self._clean()

    def snapshot(self) -> CatalogSnapshot:
        """Return the catalog as it is now, whoever changed it."""
        with self._reading:
            if not self._snapshot.catalog.is_current():
                self._snapshot = self._read()
            return self._snapshot

    @property
    def last_read(self) -> CatalogSnapshot:
        """The catalog as it was when it was last looked at."""
        return self._snapshot

    def searchable(self) -> CatalogSnapshot:
        """Return the catalog as it is now, to identify against.

        Returns
        -------
        CatalogSnapshot
            A catalog with at least one track. Where it is searched in shards, the version before
            until all of them have read the new one.

        Raises
        ------
        ProblemError
            If it is empty.
        """
        snapshot = self._takeover.newest_read(self.snapshot())
        if not len(snapshot.catalog):
            raise ProblemError(
                409,
                "empty-catalog",
                "the catalog is empty, so nothing can be found: add recordings to it first",
            )
        return snapshot

    def track(self, track_id: str) -> CatalogTrack:
        """Return one track.

        Parameters
        ----------
        track_id : str
            Its id.

        Returns
        -------
        CatalogTrack
            The track.

        Raises
        ------
        ProblemError
            If there is no such track.
        """
        catalog = self.snapshot().catalog
        if track_id not in catalog:
            raise ProblemError(
                404, "no-track", f"no track {track_id!r} in the catalog: search it again"
            )
        return catalog.track(track_id)

    def add(self, recording: Path, reader: FileReader, seconds: float = math.inf) -> AddedTrack:
        """Add a recording.

        Parameters
        ----------
        recording : Path
            An audio file, under the name that it is to have. A new one is moved away.
        reader : FileReader
            Reads it.
        seconds : float, optional
            Longest that it may be.

        Returns
        -------
        AddedTrack
            The track.

        Raises
        ------
        AudioError, CatalogError
            If the recording cannot be used, or the catalog cannot be written.
        ProblemError
            If there is no folder for the recording, or it is too long.
        """
        if self._audio is None:
            raise ProblemError(
                503,
                "catalog",
                "the server has no folder for the audio of added tracks: start it with "
                "--audio-folder",
            )
        with reader.open(recording) as file:
            content = reader.content(file)
            for known in self.snapshot().catalog.tracks():
                if content.is_same_audio(known.content_hash, known.audio_hash):
                    return AddedTrack(known, is_new=False)
            track_id = track_id_of(content.content_hash)
            limit = length_limit(recording.name, seconds)
            track, windows = analyse_file(file, content, self.analyser, limit, reader=reader)
        track = replace(track, path=stored_path(self._audio.place(track_id, recording.name)))
        with self._writing, CatalogWriter(self.location, self.bundle) as writer:
            if track_id in writer:
                return AddedTrack(writer.track(track_id), is_new=False)
            try:
                self._audio.keep(recording, track_id, writer.identity)
                writer.add([(track, windows)])
            except BaseException:
                self._audio.remove(track_id)
                raise
            # As indexing does: other recordings of its song may be there under other names.
            finder = LocalFinder(writer.location, self.bundle, self.device)
            VersionStage(writer, finder).run([track_id])
            added = writer.track(track_id)
        self.snapshot()  # whoever is told of it finds it, even where the catalog is slow to open
        return AddedTrack(added, is_new=True, notes=file.notes)

    def audio(self, track: CatalogTrack) -> Path | None:
        """Return where the recording of a track is.

        Parameters
        ----------
        track : CatalogTrack
            A track of the catalog.

        Returns
        -------
        Path or None
            None if it is no longer there, or elsewhere than in the folders that may be played.
        """
        if self._audio is not None and (found := self._audio.find(track)) is not None:
            return found
        below = (file_below(folder, Path(track.path)) for folder in self._music)
        return next(filter(None, below), None)

    def remove(self, track_ids: Sequence[str]) -> int:
        """Remove tracks, and their audio if it was uploaded; the user's own files stay.

        Parameters
        ----------
        track_ids : sequence of str
            Their ids.

        Returns
        -------
        int
            Number of tracks that were removed.

        Raises
        ------
        ProblemError
            If there is no such track; then none is removed.
        CatalogError
            If the catalog cannot be written.
        """
        going = [self.track(track_id).track_id for track_id in dict.fromkeys(track_ids)]
        self.change(lambda writer: writer.remove(going))
        if self._audio is not None:
            for track_id in going:
                self._audio.remove(track_id)
        return len(going)

    def change(self, act: Callable[[CatalogWriter], T]) -> T:
        """Change the catalog, alone.

        Parameters
        ----------
        act : callable
            Makes the change.

        Returns
        -------
        object
            The result of `act`.

        Raises
        ------
        CatalogError
            If the catalog cannot be written, or `act` refuses.
        """
        with self._writing, CatalogWriter(self.location) as writer:
            result = act(writer)
        self.snapshot()  # as after adding
        return result

    def _clean(self) -> None:
        """Remove what a process that was killed left, unless another is writing to the catalog."""
        catalog, audio = self._snapshot.catalog, self._audio
        is_left = audio is not None and audio.has_orphans(catalog)
        if is_local(self.location):
            is_left = is_left or bool(unfinished_files(Path(self.location)))
        if is_left:
            with suppress(CatalogError), CatalogWriter(self.location) as writer:
                if audio is not None:
                    writer.clean_uploads(audio.path)

    def _read(self) -> CatalogSnapshot:
        catalog = Catalog(self.location, self.bundle)
        shards = None if self.cluster is None else self.cluster.of(catalog)
        identifier = Identifier(self.bundle, catalog, self.device, shards=shards)
        return CatalogSnapshot(catalog, identifier, shards)
