"""Skipping slow imports that a library makes and does not use."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


@contextmanager
def empty_package(package: str) -> Iterator[None]:
    """Make a package empty for whatever is imported in this context.

    Importing it, or a module below it, runs none of its code; every name that is imported from it
    is an empty class. Does nothing if it is imported already.

    Parameters
    ----------
    package : str
        Its name.

    Yields
    ------
    None
        While the package is empty; afterwards it can be imported as ever.
    """
    if package in sys.modules:
        yield
        return
    finder = _EmptyPackageFinder(package)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if finder.contains(name)]:
            del sys.modules[name]


class _EmptyModule(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"module {self.__name__!r} is empty and has no {name!r}")
        empty = type(name, (), {})
        setattr(self, name, empty)
        return empty


class _EmptyPackageFinder(MetaPathFinder, Loader):
    def __init__(self, package: str) -> None:
        self._package = package

    def contains(self, name: str) -> bool:
        return name == self._package or name.startswith(f"{self._package}.")

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del path, target
        return ModuleSpec(name, self, is_package=True) if self.contains(name) else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _EmptyModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        del module
