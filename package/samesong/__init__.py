"""Names the studio recordings that live recordings are performances of.

The public names are listed once, in `__init__.pyi`. Each is imported on first use, since ONNX
Runtime and the database take longer to import than most commands take to run.
"""

import lazy_loader as _lazy

_load, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)


def __getattr__(name: str) -> object:
    if name == "__version__":
        from importlib.metadata import version  # noqa: PLC0415  (takes longer than all the rest)

        return version("samesong")
    return _load(name)
