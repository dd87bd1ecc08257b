import subprocess
import sys
from importlib.metadata import version

import pytest

import samesong


def test_public_names_are_these():
    assert samesong.__all__ == [
        "Analyser",
        "AudioError",
        "AudioSamples",
        "Catalog",
        "CatalogWriter",
        "Comparison",
        "DEFAULT_MODEL",
        "DeepSequences",
        "Evaluation",
        "Failure",
        "Identifier",
        "Indexer",
        "Match",
        "ModelBundle",
        "Progress",
        "Ranking",
        "ReferenceCatalog",
        "Reliability",
        "RetrievalMetrics",
        "SamesongError",
        "Setlist",
        "SetlistFinder",
        "StoredWindow",
        "TrackInfo",
        "Window",
        "bundled_models",
        "compare",
        "evaluate_model",
        "features",
        "identify",
        "identify_many",
        "make_setlist",
        "measure_reliability",
        "retrieval_metrics",
        "save_comparison",
        "save_evaluation",
        "save_setlist",
        "set_storage_options",
    ]


@pytest.mark.parametrize("name", samesong.__all__)
def test_every_public_name_is_documented_where_it_lives(name):
    value = getattr(samesong, name)
    if callable(value):
        assert value.__module__.startswith("samesong.")
        assert value.__doc__


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="nothing"):
        _ = samesong.nothing


def test_importing_the_package_imports_no_heavy_library():
    code = """
import samesong, sys
heavy = {"numpy", "numba", "onnxruntime", "lancedb", "pyarrow", "pydantic", "scipy", "torch"}
print(",".join(sorted(heavy & set(sys.modules))))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_the_version_is_the_installed_one():
    assert samesong.__version__ == version("samesong")
