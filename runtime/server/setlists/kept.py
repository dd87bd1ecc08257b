"""A set list as a service keeps it: as found, as corrected, and which audio there is of it."""

import json
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from hashlib import sha256
from typing import Any, Self

from samesong.runtime.setlist.document import Setlist


@dataclass(frozen=True)
class KeptFile:
    """An audio file of a concert.

    Attributes
    ----------
    name : str
        Its name at the client.
    place : str
        Where it is, below the folder of kept audio.
    start, end : float
        Where it lies in the concert, in seconds.
    """

    name: str
    place: str
    start: float
    end: float


@dataclass(frozen=True)
class KeptSetlist:
    """A set list that is kept.

    Attributes
    ----------
    id : str
        Identifier, which cannot be guessed.
    created, changed : float
        When it was found, and when it was last corrected, in seconds since 1970.
    found : Setlist
        As it was found.
    corrected : Setlist or None
        As people corrected it.
    warnings : tuple of str
        What the one who sent the concert is told.
    files : tuple of KeptFile
        Its audio; empty when it is kept no longer.
    audio_until : float or None
        When that is deleted, in seconds since 1970.
    owner : str
        Digest of the name of the client that had it found.
    """

    id: str
    created: float
    changed: float
    found: Setlist
    corrected: Setlist | None = None
    warnings: tuple[str, ...] = ()
    files: tuple[KeptFile, ...] = ()
    audio_until: float | None = None
    owner: str = ""

    @property
    def setlist(self) -> Setlist:
        """The list as it is now."""
        return self.found if self.corrected is None else self.corrected

    @cached_property
    def etag(self) -> str:
        """The entity tag of the list as it is now, in quotes: the same as long as it is."""
        content = json.dumps(self.setlist.to_dict(), sort_keys=True)
        return f'"{sha256(content.encode()).hexdigest()[:24]}"'

    def with_correction(self, setlist: Setlist, when: float) -> Self:
        """Return it with a corrected list.

        Parameters
        ----------
        setlist : Setlist
            The list.
        when : float
            In seconds since 1970.

        Returns
        -------
        KeptSetlist
            Not corrected where that is what was found.
        """
        corrected = None if setlist == self.found else setlist
        return replace(self, corrected=corrected, changed=when)

    def without_audio(self) -> Self:
        """Return it without its audio."""
        return replace(self, files=(), audio_until=None)

    def to_json(self) -> str:
        """Return everything as JSON, to be stored."""
        content = {name: getattr(self, name) for name in self.__dataclass_fields__}
        content |= {
            "found": self.found.to_dict(),
            "corrected": None if self.corrected is None else self.corrected.to_dict(),
            "files": [asdict(file) for file in self.files],
        }
        return json.dumps(content)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` returned.

        Parameters
        ----------
        text : str
            The JSON.

        Returns
        -------
        KeptSetlist
            The same.
        """
        content: dict[str, Any] = json.loads(text)
        corrected = content["corrected"]
        content |= {
            "found": Setlist.from_dict(content["found"]),
            "corrected": None if corrected is None else Setlist.from_dict(corrected),
            "files": tuple(KeptFile(**file) for file in content["files"]),
            "warnings": tuple(content["warnings"]),
        }
        return cls(**content)

    def summary(self) -> dict[str, Any]:
        """Return what a list of set lists says of it.

        Returns
        -------
        dict
            Content of `samesong.runtime.server.setlists.schemas.SetlistSummaryModel`.
        """
        now = self.setlist
        return {
            "id": self.id,
            "name": now.name,
            "artist": now.artist,
            "venue": now.venue,
            "date": now.date,
            "duration": now.duration,
            "n_songs": len(now.songs),
            "n_named": now.n_named,
            "corrected": self.corrected is not None,
            "created": self.created,
            "changed": self.changed,
            "audio_until": self.audio_until,
        }
