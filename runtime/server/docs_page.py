"""The description of the API as a web page that loads nothing."""

import json
from base64 import b64encode
from hashlib import sha256
from html import escape
from typing import Any

from starlette.responses import HTMLResponse

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
h2 { font-size: 1.05rem; margin-top: 2.5rem; border-top: 1px solid; padding-top: 1rem; }
pre { overflow-x: auto; padding: .75rem; border: 1px solid; border-radius: .25rem; }
a { color: inherit; }
dt { font-weight: 600; } dd { margin: 0 0 .5rem 1.5rem; }
"""
_HASH = b64encode(sha256(_STYLE.encode()).digest()).decode()
_POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; frame-ancestors 'none'"


def docs_page(openapi: dict[str, Any]) -> HTMLResponse:
    """Return the web page of an OpenAPI description.

    Parameters
    ----------
    openapi : dict
        The description.

    Returns
    -------
    HTMLResponse
        The page, with a content security policy that allows its style alone.
    """
    about = openapi["info"]
    models = openapi["components"]["schemas"]
    routes = [
        _route(method, path, route)
        for path, methods in openapi["paths"].items()
        for method, route in methods.items()
    ]
    types = [
        f"<h2>{escape(name)}</h2><p>{escape(model.get('description', ''))}</p>"
        f'<pre tabindex="0">{escape(json.dumps(model, indent=2))}</pre>'
        for name, model in models.items()
        if "HTTPValidationError" not in name and name != "ValidationError"
    ]
    return HTMLResponse(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(about["title"])} API'
        f'</title><meta name="viewport" content="width=device-width"><style>{_STYLE}</style><main>'
        f"<h1>{escape(about['title'])} {escape(about['version'])}: HTTP API</h1>"
        f"<p>{_prose(about['description'])}"
        '<p>For programs: <a href="/openapi.json">openapi.json</a>.'
        f"{''.join(routes)}<h1>Types</h1>{''.join(types)}</main></html>",
        headers={"Content-Security-Policy": _POLICY},
    )


def _route(method: str, path: str, route: dict[str, Any]) -> str:
    facts = [
        (f"?{one['name']}" if one["in"] == "query" else f"{{{one['name']}}}", _parameter(one))
        for one in route.get("parameters", [])
    ]
    for media_type, content in route.get("requestBody", {}).get("content", {}).items():
        facts.append((f"body, {media_type}", _kind(content["schema"])))
    for status, answer in route["responses"].items():
        kinds = [
            f"{media_type} {_kind(content.get('schema', {}))}".strip()
            for media_type, content in answer.get("content", {}).items()
        ]
        facts.append((status, f"{answer['description']} {', '.join(kinds)}"))
    rows = "".join(f"<dt>{escape(name)}<dd>{escape(text)}" for name, text in facts)
    return (
        f"<h2><code>{method.upper()} {escape(path)}</code>: {escape(route.get('summary', ''))}</h2>"
        f"<p>{escape(route.get('description', ''))}<dl>{rows}</dl>"
    )


def _prose(text: str) -> str:
    """Return paragraphs of text, with the parts between backticks as code."""
    parts = escape(text).replace("\n\n", "<p>").split("`")
    return "".join(f"<code>{part}</code>" if i % 2 else part for i, part in enumerate(parts))


def _parameter(parameter: dict[str, Any]) -> str:
    schema = parameter["schema"]
    default = f", {schema['default']!r} by default" if "default" in schema else ""
    return f"{_kind(schema)}{default}. {parameter.get('description', '')}"


def _kind(schema: dict[str, Any]) -> str:
    """Return a short name of the type of a schema."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return " or ".join(map(str, schema["enum"]))
    if "properties" in schema:
        needed = schema.get("required", [])
        return ", ".join(
            name if name in needed else f"{name} (optional)" for name in schema["properties"]
        )
    return str(schema.get("type", ""))
