"""The catalog that a service serves, as it is now, and what identifies against it."""

import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock

from samesong.features import AudioFile
from samesong.features.errors import CatalogError
from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.catalog.folder import is_local
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.writer import CatalogWriter
from samesong.runtime.files.discovery import content_hash, stored_path
from samesong.runtime.identification.identifier import Identifier
from samesong.runtime.indexing.analyse_file import analyse_file, track_id_of
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.onnx_session import Device
from samesong.runtime.server.problems import ProblemError

_KEPT = "audio"


@dataclass(frozen=True)
class Shelf:
    """A catalog at one moment, and an identifier of it."""

    catalog: Catalog
    identifier: Identifier


class Library:
    """A catalog and its identifier, read again after every change.

    Parameters
    ----------
    location
        Of the catalog.
    bundle, device
        The model that it was made with, and what that runs on.
    audio_folder
        Where recordings that are added are kept, so that they can be played; None stands for the
        folder ``audio`` in a catalog on disk, and for none at all in an object store.

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
    ) -> None:
        self.location, self.bundle, self.device = location, bundle, device
        if audio_folder is not None:
            _require_writable(audio_folder)
        elif is_local(location):
            audio_folder = Path(location) / _KEPT
        self._audio_folder = audio_folder and Path(os.path.abspath(audio_folder))
        self._reading = Lock()
        self._writing = Lock()
        # One thread: recordings are worked on side by side.
        self.analyser = Analyser(bundle, device, threads=1)
        self._shelf = self._read()

    def now(self) -> Shelf:
        """Return the catalog as it is now, whoever changed it."""
        with self._reading:
            if not self._shelf.catalog.is_current():
                self._shelf = self._read()
            return self._shelf

    def shelf(self) -> Shelf:
        """Return the catalog to identify against.

        Raises
        ------
        ProblemError
            If it is empty.
        """
        shelf = self.now()
        if not len(shelf.catalog):
            raise ProblemError(
                409,
                "empty-catalog",
                "the catalog is empty, so nothing can be found: add recordings to it first",
            )
        return shelf

    def track(self, track_id: str) -> CatalogTrack:
        """Return one track.

        Raises
        ------
        ProblemError
            If there is none of that id.
        """
        catalog = self.now().catalog
        if track_id not in catalog:
            raise ProblemError(
                404, "no-track", f"no track {track_id!r} in the catalog: search it again"
            )
        return catalog.track(track_id)

    def add(self, recording: Path) -> tuple[CatalogTrack, bool]:
        """Add a recording, and tell whether it is new.

        Parameters
        ----------
        recording
            An audio file under the name it is to have; it is moved from there when it is new.

        Raises
        ------
        AudioError, CatalogError
            If it cannot be used, or the catalog not be written.
        ProblemError
            If there is nowhere to keep it.
        """
        if self._audio_folder is None:
            raise ProblemError(
                503,
                "catalog",
                "the server has no folder for the audio of tracks that are added: start it with "
                "--audio-folder",
            )
        digest = content_hash(recording)
        track_id = track_id_of(digest)
        known = self.now().catalog
        if track_id in known:
            return known.track(track_id), False
        with AudioFile(recording) as file:
            track, windows = analyse_file(file, digest, self.analyser)
        # A folder for each content: another recording of the same name is another track.
        kept = self._audio_folder / track_id / recording.name
        track = replace(track, path=stored_path(kept))
        with self._writing, CatalogWriter(self.location, self.bundle) as writer:
            if track_id in writer:
                return writer.track(track_id), False
            try:
                self._keep(recording, kept)
                writer.add([(track, windows)])
            except BaseException:
                shutil.rmtree(kept.parent, ignore_errors=True)
                raise
        return track, True

    def audio(self, track: CatalogTrack) -> Path | None:
        """Return where the recording of a track is; None if it is no longer there.

        What was uploaded is looked for in the folder for it as well: the catalog may have been
        moved since, or be reached by another path.
        """
        path = Path(track.path)
        places = [path]
        if self._audio_folder:
            places.append(self._audio_folder / track.track_id / path.name)
        return next((place for place in places if place.is_file()), None)

    def remove(self, track_id: str) -> None:
        """Remove a track, and its audio if it was kept here; files of the user's own stay.

        Raises
        ------
        ProblemError
            If there is none of that id.
        CatalogError
            If the catalog cannot be written.
        """
        self.track(track_id)
        with self._writing, CatalogWriter(self.location) as writer:
            writer.remove([track_id])
        if self._audio_folder:
            shutil.rmtree(self._audio_folder / track_id, ignore_errors=True)

    def _keep(self, recording: Path, kept: Path) -> None:
        try:
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(recording, kept)
        except OSError as error:
            raise CatalogError(
                f"the recording cannot be kept in {self._audio_folder} ({error.strerror}): make "
                "room there, or name another folder with --audio-folder"
            ) from error

    def _read(self) -> Shelf:
        catalog = Catalog(self.location, self.bundle)
        return Shelf(catalog, Identifier(self.bundle, catalog, self.device))


def _require_writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise CatalogError(
            f"recordings that are added cannot be kept in {folder} ({error.strerror}): name "
            "another folder with --audio-folder"
        ) from error
