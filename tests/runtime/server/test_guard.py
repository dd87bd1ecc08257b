"""Who may use a server, and what its answers allow a browser to do."""

from typing import Any

import pytest

from samesong.runtime.server.settings import is_loopback

TOKEN = "a token that nobody guesses"


@pytest.fixture(scope="module")
def locked(indexed: Any, bundle: Any, start_server: Any) -> Any:
    """Return a server that needs a token, and whose client sends it."""
    with start_server(indexed, bundle, token=TOKEN) as own:
        yield own


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


def test_security_headers(server: Any) -> None:
    for route in ("/v1/health", "/v1/nothing", "/openapi.json"):
        headers = server.client.get(route).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "access-control-allow-origin" not in headers


def test_docs_load_nothing_from_elsewhere(server: Any) -> None:
    page = server.client.get("/docs")
    assert page.status_code == 200
    assert "http://" not in page.text
    assert "https://" not in page.text
    assert "default-src 'self'" in page.headers["content-security-policy"]


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1:80", "[::1]:8000", "LOCALHOST"])
def test_names_of_this_machine(server: Any, name: str) -> None:
    assert server.client.get("/v1/tracks", headers={"Host": name}).status_code == 200


@pytest.mark.parametrize("name", ["evil.example", "localhost.evil.example", "10.0.0.1", "[", ""])
def test_other_names_are_not_answered_to(server: Any, name: str) -> None:
    assert code(server.client.get("/v1/tracks", headers={"Host": name})) == (421, "host")
    assert code(server.client.get("/", headers={"Host": name})) == (421, "host")


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost:1", "http://[", "file://"]
)
def test_pages_elsewhere_cannot_change_anything(server: Any, origin: str) -> None:
    headers = {"Origin": origin}
    for method, route in (("POST", "/v1/identify"), ("DELETE", "/v1/tracks/1")):
        answer = server.client.request(method, route, headers=headers)
        assert code(answer) == (403, "origin")


def test_the_page_of_the_server_can(server: Any) -> None:
    headers = {"Origin": server.url.rstrip("/")}
    assert code(server.client.delete("/v1/tracks/1", headers=headers)) == (404, "no-track")


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", "Bearer \xe4"])
def test_without_the_token(locked: Any, given: str) -> None:
    headers = {"Authorization": given.encode("latin-1")}
    for method, route in (
        ("GET", "/v1/tracks"),
        ("GET", "/metrics"),
        ("POST", "/v1/identify"),
        ("GET", "/v1/nothing"),
    ):
        answer = locked.client.request(method, route, headers=headers)
        assert code(answer) == (401, "token")
        assert answer.headers["www-authenticate"] == "Bearer"


def test_with_the_token_everything_may_be_done_from_anywhere(locked: Any) -> None:
    headers = {"Host": "music.example", "Origin": "https://elsewhere.example"}
    assert locked.client.get("/v1/tracks", headers=headers).status_code == 200
    answer = locked.client.delete("/v1/tracks/1", headers=headers)
    assert code(answer) == (404, "no-track")


def test_what_needs_no_token(locked: Any) -> None:
    headers = {"Authorization": ""}
    health = locked.client.get("/v1/health", headers=headers)
    assert health.json()["token_required"] is True
    assert locked.client.get("/openapi.json", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.2", False),
        ("example.org", False),
    ],
)
def test_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected
