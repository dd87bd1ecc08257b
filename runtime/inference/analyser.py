"""From a recording to its windows of deep sequences and chroma, in small memory."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from samesong.features import resample
from samesong.features.errors import ShortAudioError, SilentAudioError
from samesong.features.progress import OnProgress
from samesong.features.recording import Recording, name_of
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.onnx_session import Device
from samesong.runtime.inference.query import Query
from samesong.runtime.inference.segmentation import MIN_REST, QUERY_HOP, REFERENCE_HOP, cut_frames
from samesong.runtime.inference.spectrograms import read, spectrograms
from samesong.runtime.inference.window_maker import Piece, WindowMaker
from samesong.runtime.representation.window import Window


class Analyser:
    """Makes windows of recordings with the front end and the branch of a bundle.

    Parameters
    ----------
    bundle : ModelBundle
        The model.
    device : str, optional
        ``"cpu"`` or ``"cuda"``.
    threads : int, optional
        Threads on the CPU; one a core by default.

    Attributes
    ----------
    bundle, device
        As they were given.
    make : WindowMaker
        Makes windows of CQ-spectrograms.

    Raises
    ------
    FrontEndError
        If the bundle's front end is not installed.
    MismatchError
        If it makes other features than the bundle was trained on.
    DeviceError, MissingExtraError, BundleError
        As `samesong.runtime.inference.onnx_session.Session` does.

    Examples
    --------
    >>> from samesong import Analyser, ModelBundle
    >>> from samesong.runtime.demo.run import DEMO_AUDIO
    >>> analyser = Analyser(ModelBundle.load())
    >>> [window] = analyser.recording(DEMO_AUDIO / "studio_greensleeves.opus", hop=120.0)
    >>> print(window.start, len(window.sequences.levels))
    0.0 4
    """

    def __init__(
        self, bundle: ModelBundle, device: Device = "cpu", *, threads: int | None = None
    ) -> None:
        self.bundle, self.device = bundle, device
        self._spec = bundle.spec
        self._seconds = bundle.manifest.window_seconds
        self.make = WindowMaker(bundle, device, threads=threads)

    def recording(
        self,
        recording: Recording,
        hop: float = REFERENCE_HOP,
        *,
        progress: OnProgress | None = None,
    ) -> list[Window]:
        """Return the windows of a recording; silent ones are left out.

        Memory is that of a few windows of audio and about 0.1 MB a window returned.

        Parameters
        ----------
        recording : Recording
            A path, an open file, bytes or `AudioSamples`; one that is open stays open.
        hop : float, optional
            Seconds from window to window: `REFERENCE_HOP` or `QUERY_HOP`.
        progress : callable, optional
            As for `stream`.

        Returns
        -------
        list of Window
            In order; not empty.

        Raises
        ------
        AudioError
            If the file cannot be used, or all of it is silent; its message names the file.
        """
        windows = list(self.stream(recording, self._seconds, hop, progress=progress))
        _require_sound(windows, recording)
        return windows

    def query(
        self,
        recording: Recording,
        hop: float = QUERY_HOP,
        *,
        progress: OnProgress | None = None,
    ) -> Query:
        """Return the windows of a recording, for a model with other tempos ready to be made anew.

        Parameters
        ----------
        recording : Recording
            As for `recording`, which gives the same windows; so are the others.
        hop : float, optional
            Seconds from window to window.
        progress : callable, optional
            As for `stream`.

        Returns
        -------
        Query
            Not empty; with `at_tempo` where the model's manifest has the section ``tempo``.

        Raises
        ------
        AudioError
            As `recording` does.
        """
        query = self.make.query(self._pieces(recording, self._seconds, hop, progress))
        _require_sound(query.windows, recording)
        return query

    def stream(
        self,
        recording: Recording,
        window_seconds: float,
        hop_seconds: float,
        *,
        progress: OnProgress | None = None,
    ) -> Iterator[Window]:
        """Yield the windows of a recording of any length, in constant memory.

        Silent windows are left out, so there may be none. The last window ends with the file (or
        less than a frame period before it). Windows that overlap take the least time when the hop
        is a multiple of the frame period, 0.3 s. Reading goes on in a thread of its own.

        Parameters
        ----------
        recording : Recording
            A path, an open file, bytes or `AudioSamples`; one that is open stays open.
        window_seconds : float
            Length of a window, 0.6 or above; a shorter file is one shorter window.
        hop_seconds : float
            From window to window, above 0 and at most `window_seconds`.
        progress : callable, optional
            Called while the recording is read, which runs ahead of the windows.

        Yields
        ------
        Window
            In order.

        Raises
        ------
        AudioError
            If the file cannot be used; its message begins with the path.
        ValueError
            If `window_seconds` or `hop_seconds` is out of range.
        """
        yield from self.make.windows(self._pieces(recording, window_seconds, hop_seconds, progress))

    def samples(
        self,
        samples: NDArray[np.float32],
        sample_rate: int,
        *,
        window_seconds: float | None = None,
        hop_seconds: float = QUERY_HOP,
    ) -> list[Window]:
        """Return the windows of audio that is in memory; silent ones are left out.

        Parameters
        ----------
        samples : ndarray, shape (n_samples,), floating-point
            Mono audio, full scale at 1; its loudness does not matter.
        sample_rate : int
            Samples a second; any.
        window_seconds : float, optional
            As for `stream`; the model's own by default.
        hop_seconds : float, optional
            As for `stream`; a hop that is longer than the window counts as one of its length.

        Returns
        -------
        list of Window
            Empty when all is silent.

        Raises
        ------
        AudioError
            If there are less than 0.6 s of samples, or they are no audio.
        ValueError
            If `sample_rate` or `window_seconds` is out of range, or `hop_seconds` is not above 0.
        """
        seconds = self._seconds if window_seconds is None else window_seconds
        return list(self.make.windows(self._cut(samples, sample_rate, seconds, hop_seconds)))

    def one_window(self, samples: NDArray[np.float32], sample_rate: int) -> Query:
        """Return audio that is in memory as one window, however long it is.

        Parameters
        ----------
        samples : ndarray, shape (n_samples,), floating-point
            As for `samples`.
        sample_rate : int
            Samples a second; any.

        Returns
        -------
        Query
            As of `query`; empty when all is silent.

        Raises
        ------
        AudioError, ValueError
            As `samples` does.
        """
        seconds = max(self._seconds, len(samples) / sample_rate)
        return self.make.query(self._cut(samples, sample_rate, seconds, seconds))

    def spectrogram(
        self,
        cqt: NDArray[np.float32],
        hop: float = REFERENCE_HOP,
        *,
        chroma: NDArray[np.float32] | None = None,
    ) -> list[Window]:
        """Return the windows of a recording whose CQ-spectrogram was made before.

        Parameters
        ----------
        cqt : ndarray, shape (n_bins, n_frames), float32
            The front end's output for the whole recording.
        hop : float, optional
            Seconds from window to window.
        chroma : ndarray, shape (n_chroma_bins, n_frames), float32, optional
            The same of the bundle's front end for chroma; without it, `cqt` is folded.

        Returns
        -------
        list of Window
            In order.
        """
        period = self._spec.frame_period
        size, step, rest = (round(s / period) for s in (self._seconds, hop, MIN_REST))
        # A window has a frame at its start and one at its end.
        cuts = [
            list(cut_frames(one, size + 1, step, rest)) for one in (cqt, chroma) if one is not None
        ]
        return list(
            self.make.windows(
                (pieces[0][0] * period, [piece for _, piece in pieces])
                for pieces in zip(*cuts, strict=True)
            )
        )

    def _pieces(
        self,
        recording: Recording,
        window_seconds: float,
        hop_seconds: float,
        progress: OnProgress | None,
    ) -> Iterator[Piece]:
        blocks = read(recording, self._spec.sample_rate, progress)
        origin = f"{name_of(recording)}: "
        return spectrograms(
            blocks, self.make.front_ends, window_seconds, hop_seconds, origin=origin
        )

    def _cut(
        self, samples: NDArray[np.float32], sample_rate: int, seconds: float, hop: float
    ) -> Iterator[Piece]:
        blocks = [resample(samples, sample_rate, self._spec.sample_rate)]
        if not len(samples):
            raise ShortAudioError("there are no samples; at least 0.6 s are needed")
        return spectrograms(blocks, self.make.front_ends, seconds, min(hop, seconds))


def _require_sound(windows: Sequence[Window], recording: Recording) -> None:
    if not windows:
        raise SilentAudioError(
            f"{name_of(recording)}: nothing but silence; is it the right recording?"
        )
