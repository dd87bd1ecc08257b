"""Settings of the retrieval benchmark."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from samesong.runtime.bench.signals import demo_recordings
from samesong.runtime.evaluation.manifest import ListedRecording, read_listed_recordings
from samesong.runtime.inference.onnx_session import Device

StageProgress = Callable[[str, int, int], None]
"""Called with a stage, the number of finished steps, and of all steps."""


@dataclass(frozen=True)
class Plan:
    """Settings of the retrieval benchmark.

    Attributes
    ----------
    sizes : tuple of int
        Catalog sizes to measure at, in windows, ascending.
    seconds : tuple of float
        Lengths of the queries.
    n_synthetic : int
        Number of queries of each length that are live versions of synthetic tracks.
    exhaustive_up_to : int
        Largest size, in windows, at which exhaustive search is run for comparison.
    manifest : Path, optional
        CSV as ``samesong evaluate`` reads it: studio recordings go into the catalog, live ones are
        queries. The demo's recordings by default.
    device : str, optional
        ``"cpu"`` or ``"cuda"``.
    threads : int, optional
        Threads on the CPU; one per core by default.
    """

    sizes: tuple[int, ...]
    seconds: tuple[float, ...]
    n_synthetic: int
    exhaustive_up_to: int
    manifest: Path | None = None
    device: Device = "cpu"
    threads: int | None = None

    def recordings(self) -> list[ListedRecording]:
        """Return the recordings of the list.

        Returns
        -------
        list of ListedRecording
            Those of the manifest, or the demo's.

        Raises
        ------
        ManifestError
            If the manifest cannot be used.
        """
        return read_listed_recordings(self.manifest) if self.manifest else demo_recordings()
