"""Write what is generated from the models of the set list and of the HTTP service.

These are the set list's JSON schema and ``web/openapi.json``, from which ``npm run build`` makes
the page's types. Tests fail when one of the files is out of date. Run it as::

    python scripts/generate_schemas.py && (cd web && npm ci && npm run build)
"""

import asyncio
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from starlette.types import ASGIApp

from samesong import CatalogWriter, ModelBundle
from samesong.runtime.server.app import create_app
from samesong.runtime.server.library import Library
from samesong.runtime.server.service import Service
from samesong.runtime.server.settings import Settings
from samesong.runtime.setlist.json_schema import setlist_schema

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Write both files."""
    write(ROOT / "runtime" / "reports" / "setlist.schema.json", setlist_schema())
    write(ROOT / "web" / "openapi.json", openapi())


def openapi() -> dict[str, object]:
    """Return the service's description of itself, whatever its version."""
    bundle = ModelBundle.load()
    with TemporaryDirectory() as folder:
        catalog = f"{folder}/catalog"
        CatalogWriter(catalog, bundle).close()
        with Service(Library(catalog, bundle), Settings()) as service:
            found = asyncio.run(ask(create_app(service)))
    return {**found, "info": {"title": "samesong", "version": ""}}


async def ask(app: ASGIApp) -> dict[str, object]:
    """Return the description that an application gives of itself."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        found: dict[str, object] = (await client.get("/openapi.json")).json()
    return found


def write(path: Path, content: object) -> None:
    """Write JSON to be read by people, too."""
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
