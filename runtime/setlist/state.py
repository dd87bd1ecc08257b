"""What is known of a recording so far, and a file that keeps it, so that work can go on later."""

import json
import logging
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np

from samesong.features.errors import SetlistError
from samesong.runtime.files.atomic_write import whole_file
from samesong.runtime.setlist.timeline import Timeline

FORMAT = 2
_N_LEVELS = 4
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Key:
    """What a state was made of: it fits nothing else.

    Attributes
    ----------
    path
        Of the recording.
    recording, model, catalog
        Tell these from others, and from what they were before they changed.
    """

    path: str
    recording: str
    model: str
    catalog: str


@dataclass(eq=False)
class State:
    """How far a recording has been listened to, and what was found.

    Attributes
    ----------
    key
        Of what recording, by what model, in what catalog.
    stretches
        The recording so far.
    evidence
        Of each cell so far: the log-odds of tracks.
    """

    key: Key
    stretches: list[Timeline] = field(default_factory=list)
    evidence: list[dict[str, float]] = field(default_factory=list)

    @property
    def end(self) -> float:
        """Until when the recording is known, in seconds."""
        return self.stretches[-1].end if self.stretches else 0.0

    def save(self, path: Path) -> None:
        """Write the state to a file, in one step."""
        arrays: dict[str, Any] = {
            "about": np.array(
                json.dumps({"format": FORMAT, "key": asdict(self.key), "evidence": self.evidence})
            ),
            "spans": np.array([(part.start, part.end) for part in self.stretches]),
        }
        for i, part in enumerate(self.stretches):
            arrays |= {f"{i}_level_{k}": rows for k, rows in enumerate(part.levels)}
            arrays |= {
                f"{i}_embedding": part.embedding,
                f"{i}_chroma": part.chroma,
                f"{i}_music": part.music,
            }
        with whole_file(path) as stream:
            np.savez(stream, **arrays)

    @classmethod
    def load(cls, path: Path, key: Key, step_seconds: Sequence[float]) -> "State":
        """Read what `save` wrote; a new state if there is no file.

        It is a new one as well, with a warning, when the recording, the model or the catalog has
        changed since.

        Raises
        ------
        SetlistError
            If the file is none of `save`, or is of another recording.
        """
        if not path.exists():
            return cls(key)
        try:
            with np.load(path, allow_pickle=False) as arrays:
                about = json.loads(str(arrays["about"]))
                if about["format"] != FORMAT:
                    raise ValueError(f"format {about['format']!r}, this samesong reads {FORMAT}")
                kept = Key(**about["key"])
                if kept != key:
                    _check_changes(path, kept, key)
                    return cls(key)
                stretches = [
                    Timeline(
                        start=float(start),
                        end=float(end),
                        levels=tuple(arrays[f"{i}_level_{k}"] for k in range(_N_LEVELS)),
                        embedding=arrays[f"{i}_embedding"],
                        chroma=arrays[f"{i}_chroma"],
                        music=arrays[f"{i}_music"],
                        step_seconds=tuple(step_seconds),
                    )
                    for i, (start, end) in enumerate(arrays["spans"])
                ]
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
            raise SetlistError(
                f"{path} does not hold what was found in a recording so far ({error}): "
                "remove it, or name another file"
            ) from error
        return cls(key, stretches, about["evidence"])


def _check_changes(path: Path, kept: Key, key: Key) -> None:
    """Tell why what was kept is of no use now; refuse it if it is of use elsewhere."""
    if kept.path != key.path:
        raise SetlistError(
            f"{path} keeps what was found so far in another recording, {kept.path}: name another "
            "file for this one, or remove that one"
        )
    changed = [
        part.name for part in fields(Key) if getattr(kept, part.name) != getattr(key, part.name)
    ]
    _LOG.warning(
        "the %s changed since %s was kept: listening starts again", " and the ".join(changed), path
    )
