from .runtime.catalog.interface import ReferenceCatalog as ReferenceCatalog
from .runtime.catalog.interface import StoredWindow as StoredWindow
from .runtime.catalog.interface import TrackInfo as TrackInfo
from .runtime.catalog.reader import Catalog as Catalog
from .runtime.catalog.writer import CatalogWriter as CatalogWriter
from .runtime.evaluation.evaluator import Evaluation as Evaluation
from .runtime.evaluation.evaluator import evaluate_model as evaluate_model
from .runtime.evaluation.metrics import RetrievalMetrics as RetrievalMetrics
from .runtime.evaluation.metrics import retrieval_metrics as retrieval_metrics
from .runtime.evaluation.reliability import Reliability as Reliability
from .runtime.evaluation.reliability import measure_reliability as measure_reliability
from .runtime.identification.comparison import Comparison as Comparison
from .runtime.identification.comparison import compare_recordings as compare_recordings
from .runtime.identification.identifier import Identifier as Identifier
from .runtime.identification.ranking import Match as Match
from .runtime.identification.ranking import Ranking as Ranking
from .runtime.indexing.indexer import Indexer as Indexer
from .runtime.inference.analyser import Analyser as Analyser
from .runtime.inference.bundle import DEFAULT_MODEL as DEFAULT_MODEL
from .runtime.inference.bundle import ModelBundle as ModelBundle
from .runtime.inference.bundle import bundled_models as bundled_models
from .runtime.plots import save_comparison as save_comparison
from .runtime.plots import save_evaluation as save_evaluation
from .runtime.plots import save_setlist as save_setlist
from .runtime.representation.deep_sequences import DeepSequences as DeepSequences
from .runtime.representation.window import Window as Window
from .runtime.setlist.finder import SetlistFinder as SetlistFinder
from .runtime.storage.options import set_storage_options as set_storage_options

__version__: str
__all__: list[str]
