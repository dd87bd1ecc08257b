"""samesong runtime: index, identify and compare recordings, without PyTorch."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from samesong.runtime.bundle import DEFAULT_MODEL, ModelBundle, bundled_models
    from samesong.runtime.catalog import Catalog
    from samesong.runtime.catalog_writer import CatalogWriter
    from samesong.runtime.compare import Comparison, compare_recordings
    from samesong.runtime.evaluate import Evaluation, evaluate_model
    from samesong.runtime.identify import Identifier, Match, Ranking
    from samesong.runtime.indexing import Indexer
    from samesong.runtime.metrics import Metrics, retrieval_metrics
    from samesong.runtime.plots import save_comparison, save_evaluation, save_setlist
    from samesong.runtime.recording import Analyser
    from samesong.runtime.references import ReferenceCatalog, StoredWindow, TrackInfo
    from samesong.runtime.reliability import Reliability, measure_reliability
    from samesong.runtime.sequences import DeepSequences
    from samesong.runtime.window import Window

# Where each public name lives. Modules are imported on first use of a name: ONNX Runtime
# and the database take longer to import than most commands take to run.
_HOMES = {
    "DEFAULT_MODEL": "bundle",
    "Analyser": "recording",
    "Catalog": "catalog",
    "CatalogWriter": "catalog_writer",
    "Comparison": "compare",
    "DeepSequences": "sequences",
    "Evaluation": "evaluate",
    "Identifier": "identify",
    "Indexer": "indexing",
    "Match": "identify",
    "Metrics": "metrics",
    "ModelBundle": "bundle",
    "Ranking": "identify",
    "ReferenceCatalog": "references",
    "Reliability": "reliability",
    "StoredWindow": "references",
    "TrackInfo": "references",
    "Window": "window",
    "bundled_models": "bundle",
    "compare_recordings": "compare",
    "evaluate_model": "evaluate",
    "measure_reliability": "reliability",
    "retrieval_metrics": "metrics",
    "save_comparison": "plots",
    "save_evaluation": "plots",
    "save_setlist": "plots",
}

__all__ = [
    "DEFAULT_MODEL",
    "Analyser",
    "Catalog",
    "CatalogWriter",
    "Comparison",
    "DeepSequences",
    "Evaluation",
    "Identifier",
    "Indexer",
    "Match",
    "Metrics",
    "ModelBundle",
    "Ranking",
    "ReferenceCatalog",
    "Reliability",
    "StoredWindow",
    "TrackInfo",
    "Window",
    "bundled_models",
    "compare_recordings",
    "evaluate_model",
    "measure_reliability",
    "retrieval_metrics",
    "save_comparison",
    "save_evaluation",
    "save_setlist",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
