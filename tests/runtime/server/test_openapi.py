"""The committed description of the service, which the page's types are generated from."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

WEB = Path(__file__).parents[3] / "web"
TYPES = WEB / "src" / "api" / "types.ts"
REMEDY = "run: python scripts/generate_schemas.py && (cd web && npm ci && npm run build)"


def test_it_is_that_of_the_service(server: Any) -> None:
    served = server.client.get("/openapi.json").json()
    committed = json.loads((WEB / "openapi.json").read_text())
    assert committed == {**served, "info": committed["info"]}, REMEDY


@pytest.fixture
def types() -> list[str]:
    """Return the header of the generated types, which has two hashes, and the rest."""
    return TYPES.read_text().split("\n", 3)


def test_the_types_of_the_page_were_generated_from_it(types: list[str]) -> None:
    digest = sha256((WEB / "openapi.json").read_bytes()).hexdigest()
    assert types[1] == f"// openapi.json {digest}", REMEDY


def test_nobody_edited_the_generated_types(types: list[str]) -> None:
    assert types[2] == f"// the lines below {sha256(types[3].encode()).hexdigest()}", REMEDY


def test_a_set_list_has_the_same_shape_for_http_and_in_files() -> None:
    from samesong.runtime.setlist.json_schema import setlist_schema

    schema = setlist_schema()
    described = json.loads((WEB / "openapi.json").read_text())["components"]["schemas"]
    for name, defined in {"Setlist": schema, **schema["$defs"]}.items():
        assert described[name]["type"] == defined["type"]
        assert described[name].get("enum") == defined.get("enum")
        assert described[name].get("required") == defined.get("required")
        assert described[name].get("properties", {}).keys() == defined.get("properties", {}).keys()
