"""Loops that are compiled by Numba, each beside one in NumPy that does the same.

To load Numba takes longer than most searches do. So only a scan of many outlines loads it
(`samesong.runtime.outline_scan.kernel`), and everything else takes its compiled loop once that was
done.
"""

import sys
from importlib import import_module
from typing import Any

_NAMES = ("_outline_kernels", "_path_kernels", "_likeness_kernels")


def load() -> dict[str, Any]:
    """Load Numba and the modules of all compiled loops; return them by name.

    Raises
    ------
    ImportError
        If Numba is not installed.
    """
    return {name: import_module(_path(name)) for name in _NAMES}


def loaded(name: str) -> Any | None:
    """Return the module of a name such as ``"_path_kernels"`` if it was loaded; else None."""
    return sys.modules.get(_path(name))


def _path(name: str) -> str:
    return f"samesong.runtime.{name}"
