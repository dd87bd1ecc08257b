"""From the CQ-spectrograms of a recording to windows of deep sequences and chroma."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.encoder import Branch
from samesong.runtime.inference.onnx_session import Device
from samesong.runtime.inference.query import Query, TempoChange
from samesong.runtime.representation.chroma import fold
from samesong.runtime.representation.window import Window

Piece = tuple[float, list[NDArray[np.float32]]]
"""Start of a window in seconds, and its CQ-spectrogram by each front end, (n_bins, n_frames)."""


class WindowMaker:
    """Makes windows with the branch of a bundle.

    Parameters
    ----------
    bundle : ModelBundle
        The model.
    device : {'cpu', 'cuda'}, optional
        Device of the branch.
    threads : int, optional
        Threads on the CPU; one a core by default.

    Attributes
    ----------
    front_ends : list of FrontEnd
        That of the network first, that of chroma last; most models have one for both.

    Raises
    ------
    FrontEndError
        If the bundle's front end is not installed.
    MismatchError
        If it makes other features than the bundle was trained on.
    DeviceError, MissingExtraError, BundleError
        As `samesong.runtime.inference.onnx_session.Session` does.
    """

    def __init__(
        self, bundle: ModelBundle, device: Device = "cpu", *, threads: int | None = None
    ) -> None:
        self.front_ends = [one for one in (bundle.front_end, bundle.chroma_front_end) if one]
        self._frame_period = bundle.spec.frame_period
        self._stride = bundle.manifest.strides[0]
        self._has_tempos = bundle.fitted.tempo is not None
        self._branch = Branch(bundle, device, threads=threads)

    def windows(self, pieces: Iterable[Piece]) -> Iterator[Window]:
        """Yield the windows of pieces, some of them at a time.

        Parameters
        ----------
        pieces : iterable of Piece
            Of any lengths.

        Yields
        ------
        Window
            One for each piece, in order.
        """
        waiting: list[Piece] = []
        for piece in pieces:
            waiting.append(piece)
            if len(waiting) == self._branch.batch:
                yield from self._batch(waiting)
                waiting = []
        yield from self._batch(waiting)

    def window(self, start: float, cqts: list[NDArray[np.float32]]) -> Window:
        """Return the window of one piece.

        Parameters
        ----------
        start : float
            In seconds.
        cqts : list of ndarray
            The CQ-spectrogram by each front end, (n_bins, n_frames) float32.

        Returns
        -------
        Window
            As long as they are.
        """
        [window] = self._batch([(start, cqts)])
        return window

    def query(self, pieces: Iterable[Piece]) -> Query:
        """Return the windows of pieces, ready to be made anew at other tempos.

        Parameters
        ----------
        pieces : iterable of Piece
            Of one recording.

        Returns
        -------
        Query
            With `at_tempo` where the model's manifest has the section ``tempo``.
        """
        if not self._has_tempos:
            return Query(list(self.windows(pieces)))
        kept: list[list[NDArray[np.float16]]] = []

        def keep(pieces: Iterable[Piece]) -> Iterator[Piece]:
            for start, cqts in pieces:
                kept.append([cqt.astype(np.float16) for cqt in cqts])
                yield start, cqts

        windows = list(self.windows(keep(pieces)))
        spectrograms = dict(zip(windows, kept, strict=True))
        return Query(windows, TempoChange(spectrograms, self.window))

    def _batch(self, pieces: list[Piece]) -> Iterator[Window]:
        sequences = self._branch([cqts[0] for _, cqts in pieces])
        for (start, cqts), made in zip(pieces, sequences, strict=True):
            end = start + (cqts[0].shape[1] - 1) * self._frame_period
            # A spectrogram that was given alone stands for both.
            bins_per_octave = self.front_ends[len(cqts) - 1].spec.bins_per_octave
            yield Window(start, end, made, fold(cqts[-1], self._stride, bins_per_octave))
