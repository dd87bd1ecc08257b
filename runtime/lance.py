"""LanceDB, imported on first use and with its errors explained; the only module that imports it."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from types import ModuleType

from samesong.features.errors import CatalogError

_REST_CLIENT = "lance_namespace_urllib3_client"
_SOURCE_LINE = re.compile(r",? /\S+\.rs:\d+:\d+.*")
_FULL = ("os error 28", "No space left", "os error 27", "File too large", "os error 122")


def lancedb() -> ModuleType:
    """Import lancedb on first use, in half of the two seconds that it would take.

    The other half goes to a REST client that lancedb imports and an embedded database never
    calls. A package of its name that is not run stands in for it meanwhile.
    """
    client = find_spec(_REST_CLIENT)
    if "lancedb" not in sys.modules and _REST_CLIENT not in sys.modules and client is not None:
        sys.modules[_REST_CLIENT] = module_from_spec(client)
        try:
            with suppress(ImportError):  # should lancedb come to need it, import all of it below
                import_module("lancedb")
        finally:
            del sys.modules[_REST_CLIENT]
    return import_module("lancedb")


@contextmanager
def explained(action: str, location: str) -> Iterator[None]:
    """Turn what lancedb raises into a `CatalogError` that says what to do.

    Parameters
    ----------
    action
        What is being done to the catalog: ``"read"``, ``"write to"``, ``"make"``, ``"optimize"``.
    location
        The catalog's.
    """
    try:
        yield
    except (OSError, RuntimeError, ValueError, MemoryError) as error:
        reason = _SOURCE_LINE.sub("", str(error).strip().partition("\n")[0])
        if any(sign in reason for sign in _FULL):
            advice = "the disk is full: make room and run it again; what is in it stays valid"
        elif action == "read":
            advice = "it is damaged or was changed meanwhile: run 'samesong catalog verify'"
        else:
            advice = "what is in it stays valid: mend the cause and run it again"
        raise CatalogError(f"cannot {action} catalog {location}: {advice} ({reason})") from error
