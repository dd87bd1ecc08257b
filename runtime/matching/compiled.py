"""Loops that are compiled by Numba, each beside one in NumPy that does the same.

To load Numba takes longer than most searches do. So only a scan of many outlines loads it
(`samesong.runtime.outlines.scan.kernel`), and everything else takes its compiled loop once that was
done.
"""

from importlib import import_module
from typing import Any

_NAMES = {
    "_outline_kernels": "outlines.scan_kernels",
    "_path_kernels": "matching.alignment_kernels",
    "_likeness_kernels": "outlines.centroid_kernels",
}

# Not sys.modules: a module is there before what it holds.
_modules: dict[str, Any] = {}


def load() -> dict[str, Any]:
    """Load Numba and the modules of all compiled loops; return them by name.

    Raises
    ------
    ImportError
        If Numba is not installed.
    """
    if not _modules:
        _modules.update(
            {name: import_module(f"samesong.runtime.{module}") for name, module in _NAMES.items()}
        )
    return _modules


def loaded(name: str) -> Any | None:
    """Return the module of a name such as ``"_path_kernels"`` if it was loaded; else None."""
    return _modules.get(name)
