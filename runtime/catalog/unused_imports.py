"""Empty packages that stand in for what a library imports and does not use, which takes a while."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


@contextmanager
def standing_in(package: str) -> Iterator[None]:
    """Let a package and all below it be empty to whatever is imported meanwhile.

    Every name that is imported from it is an empty class. Does nothing if it is imported already.

    Parameters
    ----------
    package
        Its name.
    """
    if package in sys.modules:
        yield
        return
    finder = _Finder(package)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if finder.covers(name)]:
            del sys.modules[name]


class _Empty(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"module {self.__name__!r} stands in and has no {name!r}")
        empty = type(name, (), {})
        setattr(self, name, empty)
        return empty


class _Finder(MetaPathFinder, Loader):
    def __init__(self, package: str) -> None:
        self._package = package

    def covers(self, name: str) -> bool:
        return name == self._package or name.startswith(f"{self._package}.")

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del path, target
        return ModuleSpec(name, self, is_package=True) if self.covers(name) else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Empty(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        del module
