import sys

import pytest

from samesong.runtime.catalog.unused_imports import empty_package


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package that cannot be imported by itself, and a library that imports it."""
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "heavy_client").mkdir()
    (tmp_path / "heavy_client" / "__init__.py").write_text("raise OSError('it was run')")
    (tmp_path / "its_library.py").write_text(
        "from heavy_client.models.answer import Answer\n"
        "import heavy_client.api\n"
        "class Better(Answer): pass\n"
        "def ask() -> 'heavy_client.api.Question': pass\n"
    )
    yield "heavy_client"
    for name in ("its_library", "heavy_client"):
        sys.modules.pop(name, None)


def test_a_library_is_imported_without_what_it_does_not_use(package):
    with empty_package(package):
        import its_library
    assert its_library.Better.__mro__[1].__name__ == "Answer"
    assert not [name for name in sys.modules if name.startswith(package)]


def test_the_real_package_comes_back(package):
    with empty_package(package):
        import its_library  # noqa: F401
    with pytest.raises(OSError, match="it was run"):
        import heavy_client  # noqa: F401


def test_other_packages_are_themselves(package):
    with empty_package(package), pytest.raises(ModuleNotFoundError, match="heavy_client2"):
        import heavy_client2  # noqa: F401


def test_what_is_imported_already_stays(package, monkeypatch):
    monkeypatch.setitem(sys.modules, package, sys)
    with empty_package(package):
        import heavy_client
    assert heavy_client is sys
    assert sys.modules[package] is sys


def test_dunder_names_are_missing_as_ever(package):
    with empty_package(package):
        import heavy_client
    with pytest.raises(AttributeError, match="is empty and has no '__wrapped__'"):
        _ = heavy_client.__wrapped__
