"""What the retrieval benchmark is asked to measure."""

from dataclasses import dataclass
from pathlib import Path

from samesong.runtime.bench.signals import demo_entries
from samesong.runtime.evaluation.manifest import ListedRecording, read_listed_recordings
from samesong.runtime.inference.onnx_session import Device


@dataclass(frozen=True)
class Plan:
    """What is to be measured.

    Attributes
    ----------
    sizes
        Windows of the catalog at which to measure, rising.
    seconds
        Lengths of the queries.
    n_made
        Queries that are live versions of made tracks, of each length.
    exhaustive_up_to
        Windows up to which all are scored too, to see whether the first answer is the same.
    manifest
        CSV of recordings as ``samesong evaluate`` reads it: studio ones go into the catalog, live
        ones are queries. None takes the demo's.
    device, threads
        As `samesong.runtime.inference.onnx_session.Session` takes them.
    """

    sizes: tuple[int, ...]
    seconds: tuple[float, ...]
    n_made: int
    exhaustive_up_to: int
    manifest: Path | None = None
    device: Device = "cpu"
    threads: int | None = None

    def entries(self) -> list[ListedRecording]:
        """Return the recordings."""
        return read_listed_recordings(self.manifest) if self.manifest else demo_entries()
