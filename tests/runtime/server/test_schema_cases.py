"""Requests made from the description of the service, right and wrong, are answered as it says."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.transport.serialization import Binary

DESCRIPTION = json.loads((Path(__file__).parents[3] / "web" / "openapi.json").read_text())
schema = schemathesis.openapi.from_dict(DESCRIPTION)


@schemathesis.serializer("audio/*", "video/*")
def whole_body(_context: schemathesis.SerializationContext, value: Any) -> dict[str, Any]:
    """Send a file as it is."""
    return {"data": value.data if isinstance(value, Binary) else value}


@pytest.fixture(scope="module")
def own(
    indexed: Path, bundle: Any, start_server: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    """Return a server of a catalog that may be changed."""
    catalog = shutil.copytree(indexed, tmp_path_factory.mktemp("cases") / "catalog")
    with start_server(catalog, bundle) as started:
        yield started


@schema.parametrize()
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_as_described(case: schemathesis.Case, own: Any) -> None:
    case.call_and_validate(
        base_url=own.url,
        checks=[
            not_a_server_error,
            status_code_conformance,
            content_type_conformance,
            response_schema_conformance,
        ],
        timeout=None,  # where none is given, it is ten seconds
    )
