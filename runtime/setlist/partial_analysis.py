"""The analysis of a recording as far as it has come, and a file that keeps it."""

import hashlib
import json
import os
import zipfile
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from samesong.features.errors import SetlistError
from samesong.runtime.catalog.interface import TrackInfo
from samesong.runtime.files.atomic_write import whole_file
from samesong.runtime.identification.verdict import ACCEPTED
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.setlist.concert_audio import ConcertAudio
from samesong.runtime.setlist.timeline import Timeline

FORMAT = 6
_N_LEVELS = 4
_DIFFERENCES = {
    "recording": "the recording changed since",
    "part": "the part (--from, --to) was {kept.part}, and is {key.part} now",
    "channel": "--channel was {kept.channel}, and is {key.channel} now",
    "stream": "--stream was {kept.stream}, and is {key.stream} now",
    "threshold": "--threshold was {kept.threshold}, and is {key.threshold} now",
    "model": "--model is another one",
    "catalog": "the catalog, or what is searched of it (--artist, --album, --among), is another "
    "one",
}


_NOT_GIVEN = "not given"


@dataclass(frozen=True, kw_only=True)
class AnalysisKey:
    """Everything that a set list depends on, so that none is made in two ways.

    Attributes
    ----------
    path : str
        Path of the recording.
    recording, part, model, catalog : str
        Each differs from that of another recording, part of it, model or catalog, and from its own
        before a change.
    channel, stream, threshold : str
        Values of the options.
    """

    path: str
    recording: str
    part: str
    channel: str
    stream: str
    threshold: str
    model: str
    catalog: str

    @classmethod
    def of(
        cls,
        concert: ConcertAudio,
        bundle: ModelBundle,
        tracks: Sequence[TrackInfo],
        *,
        known: Collection[str] = (),
        threshold: float = ACCEPTED,
    ) -> "AnalysisKey":
        """Return the key of a recording, as it is now.

        Parameters
        ----------
        concert : ConcertAudio
            The recording.
        bundle : ModelBundle
            The model; another key results from other fitted numbers too.
        tracks : sequence of TrackInfo
            All tracks of the catalog, in any order.
        known : collection of str, optional
            The works that songs may be performances of, where that is known.
        threshold : float, optional
            Least probability of a song that is named.

        Returns
        -------
        AnalysisKey
            The same as long as nothing changes.
        """
        scorer, fitted = bundle.manifest.scorer.sha256, bundle.fitted.model_dump_json()
        return cls(
            **_files(concert.paths),
            part=concert.part,
            channel=concert.sound.get("--channel", _NOT_GIVEN),
            stream=concert.sound.get("--stream", _NOT_GIVEN),
            threshold=f"{threshold:g}",
            model=f"{bundle.fingerprint} {scorer} {_sha256(fitted)}",
            catalog=_sha256(
                json.dumps([sorted((one.track_id, one.work) for one in tracks), sorted(known)])
            ),
        )


@dataclass(eq=False)
class PartialAnalysis:
    """The beginning of a recording, or all of it, and its evidence for tracks.

    Attributes
    ----------
    key : AnalysisKey
        What it is of.
    timelines : list of Timeline
        The recording so far, stretch by stretch.
    evidence : list of dict
        Log-odds of tracks by track_id, of each cell so far.
    """

    key: AnalysisKey
    timelines: list[Timeline] = field(default_factory=list)
    evidence: list[dict[str, float]] = field(default_factory=list)

    @property
    def end(self) -> float:
        """Seconds of the recording that have been analysed."""
        return self.timelines[-1].end if self.timelines else 0.0

    def save(self, path: Path) -> None:
        """Write the analysis to a file, in one step.

        Parameters
        ----------
        path : Path
            A file of that name is replaced.
        """
        frames = [(len(part.frames), part.frame_seconds) for part in self.timelines]
        about = {
            "format": FORMAT,
            "key": asdict(self.key),
            "evidence": self.evidence,
            "frames": frames,
        }
        arrays: dict[str, Any] = {
            "about": np.array(json.dumps(about)),
            "spans": np.array([(part.start, part.end) for part in self.timelines]),
        }
        for i, part in enumerate(self.timelines):
            arrays |= {f"{i}_level_{k}": rows for k, rows in enumerate(part.levels)}
            arrays |= {f"{i}_frames_{k}": rows for k, rows in enumerate(part.frames)}
            arrays |= {
                f"{i}_embedding": part.embedding,
                f"{i}_chroma": part.chroma,
                f"{i}_music": part.music,
                f"{i}_sound": part.sound,
            }
        with whole_file(path) as stream:
            np.savez(stream, **arrays)

    @classmethod
    def load(cls, path: Path, key: AnalysisKey, step_seconds: Sequence[float]) -> "PartialAnalysis":
        """Read what `save` wrote.

        Parameters
        ----------
        path : Path
            The file.
        key : AnalysisKey
            What the analysis must be of.
        step_seconds : sequence of float
            Seconds a step of each level.

        Returns
        -------
        PartialAnalysis
            An empty one if there is no file.

        Raises
        ------
        SetlistError
            If the file holds something else, or the analysis of another recording or part of it,
            or one made with other options, another model or catalog.
        """
        if not path.exists():
            return cls(key)
        try:
            with np.load(path, allow_pickle=False) as arrays:
                about = json.loads(str(arrays["about"]))
                if about["format"] != FORMAT:
                    raise SetlistError(
                        f"{path} was written by another version of samesong (format "
                        f"{about['format']!r}, this one reads {FORMAT}): remove it to start again, "
                        "or name another file"
                    )
                kept = AnalysisKey(**about["key"])
                if kept != key:
                    raise SetlistError(_difference(path, kept, key))
                timelines = [
                    Timeline(
                        start=float(start),
                        end=float(end),
                        levels=tuple(arrays[f"{i}_level_{k}"] for k in range(_N_LEVELS)),
                        embedding=arrays[f"{i}_embedding"],
                        chroma=arrays[f"{i}_chroma"],
                        music=arrays[f"{i}_music"],
                        sound=arrays[f"{i}_sound"],
                        step_seconds=tuple(step_seconds),
                        frames=tuple(arrays[f"{i}_frames_{k}"] for k in range(n_spectrograms)),
                        frame_seconds=frame_seconds,
                    )
                    for i, ((start, end), (n_spectrograms, frame_seconds)) in enumerate(
                        zip(arrays["spans"], about["frames"], strict=True)
                    )
                ]
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
            raise SetlistError(
                f"{path} does not hold what was found in a recording so far, or is damaged: "
                "remove it, or name another file"
            ) from error
        return cls(key, timelines, about["evidence"])


def move(kept: Path, paths: Sequence[Path]) -> None:
    """Let an analysis be one of other files, which are known to hold the same.

    Parameters
    ----------
    kept : Path
        A file that `PartialAnalysis.save` wrote.
    paths : sequence of Path
        The other files of the recording, in order.
    """
    with np.load(kept, allow_pickle=False) as found:
        arrays: dict[str, Any] = dict(found)
    about = json.loads(str(arrays["about"]))
    about["key"] |= _files(paths)
    with whole_file(kept) as stream:
        np.savez(stream, **(arrays | {"about": np.array(json.dumps(about))}))


def _files(paths: Sequence[Path]) -> dict[str, str]:
    """Return the part of a key that tells one recording from another."""
    names = [str(path.resolve()) for path in paths]
    return {
        "path": names[0] + (f" and {len(names) - 1} more" if len(names) > 1 else ""),
        "recording": _sha256(json.dumps([[name, *_status(name)] for name in names])),
    }


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _status(path: str) -> tuple[int, int]:
    try:
        status = os.stat(path)
    except OSError:  # one of several files may be missing
        return 0, 0
    return status.st_size, status.st_mtime_ns


def _difference(path: Path, kept: AnalysisKey, key: AnalysisKey) -> str:
    """Say why what was kept, perhaps for hours, is of no use now, and what to do."""
    if kept.path != key.path:
        return (
            f"{path} keeps what was found so far in another recording, {kept.path}: name another "
            "file for this one, or remove that one"
        )
    changed = [
        words.format(kept=kept, key=key)
        for name, words in _DIFFERENCES.items()
        if getattr(kept, name) != getattr(key, name)
    ]
    return (
        f"{path} keeps what was found with other input: {'; '.join(changed)}: resume with what it "
        "was made with, or remove it to start again"
    )
