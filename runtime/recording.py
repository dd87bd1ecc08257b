"""From a recording to its windows of deep sequences and chroma, in small memory."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from samesong.features import audio
from samesong.features.errors import AudioError, SilentAudioError
from samesong.runtime.branch import BATCH, Branch
from samesong.runtime.bundle import ModelBundle
from samesong.runtime.chroma import fold
from samesong.runtime.sequences import DeepSequences, decode_rows, encode_rows
from samesong.runtime.session import Device
from samesong.runtime.windows import MIN_REST, REFERENCE_HOP, cut_audio, cut_frames

_BLOCK_SECONDS = 60.0


@dataclass(frozen=True, eq=False)
class Window:
    """One window of a recording, ready to be compared with others.

    Attributes
    ----------
    start, end
        Where it lies in the recording, in seconds.
    sequences
        Its deep sequences.
    chroma
        (steps of the first level, 12) float32, rows of length 1 (0 where there is no pitch).
    """

    start: float
    end: float
    sequences: DeepSequences
    chroma: NDArray[np.float32]

    def to_bytes(self) -> bytes:
        """Pack the sequences and the chroma (not the span) into some 20 KB for 120 s."""
        sequences = self.sequences
        return encode_rows([*sequences.levels, sequences.embedding[None], self.chroma])

    @classmethod
    def from_bytes(cls, blob: bytes, start: float, end: float) -> "Window":
        """Unpack what `to_bytes` packed.

        Raises
        ------
        ValueError
            If the blob is damaged.
        """
        *levels, embedding, chroma = decode_rows(blob)
        return cls(start, end, DeepSequences(tuple(levels), embedding[0]), chroma)


class Analyser:
    """Makes windows of recordings with the front end and the branch of a bundle.

    Parameters
    ----------
    bundle
        The model.
    device, threads
        As `samesong.runtime.session.Session` takes them.

    Raises
    ------
    FrontEndError, MismatchError
        If the bundle's front end is not installed, or makes other features.
    DeviceError, MissingExtraError, BundleError
        As `samesong.runtime.session.Session` does.
    """

    def __init__(
        self, bundle: ModelBundle, device: Device = "cpu", *, threads: int | None = None
    ) -> None:
        self._front_end = bundle.front_end
        self._spec = bundle.spec
        self._seconds = bundle.manifest.window_seconds
        self._stride = bundle.manifest.strides[0]
        self._branch = Branch(bundle, device, threads=threads)

    def recording(self, path: str | Path, hop: float = REFERENCE_HOP) -> list[Window]:
        """Return the windows of an audio file; silent ones are left out.

        Memory is that of a few windows of audio and about 0.1 MB a window returned.

        Parameters
        ----------
        path
            The file.
        hop
            Seconds from window to window: `REFERENCE_HOP` or `QUERY_HOP`.

        Raises
        ------
        AudioError
            If the file cannot be used; its message begins with the path.
        SilentAudioError
            If all of it is silent.
        """
        windows = list(self._made(self._audible(Path(path), hop)))
        if not windows:
            raise SilentAudioError(f"{path}: nothing but silence; is it the right file?")
        return windows

    def spectrogram(self, cqt: NDArray[np.float32], hop: float = REFERENCE_HOP) -> list[Window]:
        """Return the windows of a recording whose CQ-spectrogram was made before.

        Parameters
        ----------
        cqt
            (72, n_frames) float32: the front end's output for the whole recording.
        hop
            Seconds from window to window.
        """
        period = self._spec.frame_period
        size, step, rest = (round(s / period) for s in (self._seconds, hop, MIN_REST))
        # A window has a frame at its start and one at its end.
        cut = cut_frames(cqt, size + 1, step, rest)
        return list(self._made((begin * period, piece) for begin, piece in cut))

    def _audible(self, path: Path, hop: float) -> Iterator[tuple[float, NDArray[np.float32]]]:
        rate = self._spec.sample_rate
        size, step, rest = (round(s * rate) for s in (self._seconds, hop, MIN_REST))
        blocks = (
            samples for _, samples in audio.blocks(path, sample_rate=rate, seconds=_BLOCK_SECONDS)
        )
        for begin, samples in cut_audio(blocks, size, step, rest):
            try:
                cqt = self._front_end.transform(samples, rate)
            except SilentAudioError:
                continue
            except AudioError as error:
                raise type(error)(f"{path}: {error}") from error
            yield begin / rate, cqt

    def _made(self, pieces: Iterable[tuple[float, NDArray[np.float32]]]) -> Iterator[Window]:
        waiting: list[tuple[float, NDArray[np.float32]]] = []
        for piece in pieces:
            waiting.append(piece)
            if len(waiting) == BATCH:
                yield from self._windows(waiting)
                waiting = []
        yield from self._windows(waiting)

    def _windows(self, pieces: list[tuple[float, NDArray[np.float32]]]) -> Iterator[Window]:
        sequences = self._branch([cqt for _, cqt in pieces])
        for (start, cqt), made in zip(pieces, sequences, strict=True):
            end = start + (cqt.shape[1] - 1) * self._spec.frame_period
            yield Window(start, end, made, fold(cqt, self._stride))
