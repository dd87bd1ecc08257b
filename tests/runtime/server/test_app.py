"""What a server tells of itself: its health, its counts and its description."""

import re
from pathlib import Path
from typing import Any

import pytest

from samesong.runtime.server.identify_schemas import MatchModel


def test_health(server: Any) -> None:
    health = server.client.get("/v1/health").json()
    assert health["status"] == "ok"
    assert (health["n_tracks"], health["token_required"]) == (4, False)
    assert health["limits"]["upload_bytes"] == server.service.settings.upload_bytes
    assert {"name", "media_type", "suffix", "summary"} == health["report_formats"][0].keys()


def test_every_answer_of_identify_is_described(server: Any, music: Path) -> None:
    (match, *_) = server.send("/v1/identify", music / "Song 0.flac").json()["matches"]
    assert match.keys() == MatchModel.model_fields.keys()


def test_metrics(indexed: Path, serve: Any, music: Path) -> None:
    own = serve(indexed)
    own.send("/v1/identify", music / "Song 0.flac")
    own.client.get("/v1/tracks/a")
    own.client.get("/v1/tracks/b")
    own.client.request("NONSENSE", "/v1/tracks/b")
    answer = own.client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    for line in (
        'samesong_requests_total{method="POST",route="/v1/identify",status="200"} 1.0',
        'samesong_requests_total{method="GET",route="/v1/tracks/{track_id}",status="404"} 2.0',
        'samesong_request_seconds_count{route="/v1/identify"} 1.0',
        "samesong_tracks 4.0",
        "samesong_work_inside 0.0",
        "samesong_setlists_inside 0.0",
        "samesong_listeners 0.0",
    ):
        assert f"\n{line}\n" in answer.text
    assert "NONSENSE" not in answer.text


def test_description(server: Any) -> None:
    description = server.client.get("/openapi.json").json()
    routes = {
        (method.upper(), path)
        for path, methods in description["paths"].items()
        for method in methods
    }
    assert routes == {
        ("GET", "/v1/health"),
        ("GET", "/metrics"),
        ("POST", "/v1/identify"),
        ("POST", "/v1/compare"),
        ("POST", "/v1/answers"),
        ("GET", "/v1/answers/{answer_id}"),
        ("DELETE", "/v1/answers/{answer_id}"),
        ("GET", "/v1/answers/{answer_id}/audio"),
        ("GET", "/v1/answers/{answer_id}/comparison"),
        ("POST", "/v1/setlist"),
        ("GET", "/v1/setlists"),
        ("POST", "/v1/setlists"),
        ("GET", "/v1/setlists/{setlist_id}"),
        ("PUT", "/v1/setlists/{setlist_id}"),
        ("DELETE", "/v1/setlists/{setlist_id}"),
        ("DELETE", "/v1/setlists/{setlist_id}/audio"),
        ("GET", "/v1/setlists/{setlist_id}/waveform"),
        ("GET", "/v1/setlists/{setlist_id}/audio/{number}"),
        ("POST", "/v1/setlists/{setlist_id}/audio/{number}/compare"),
        ("GET", "/v1/jobs"),
        ("GET", "/v1/jobs/{job_id}"),
        ("DELETE", "/v1/jobs/{job_id}"),
        ("GET", "/v1/jobs/{job_id}/report"),
        ("POST", "/v1/report"),
        ("GET", "/v1/tracks"),
        ("POST", "/v1/tracks"),
        ("PATCH", "/v1/tracks"),
        ("POST", "/v1/tracks/remove"),
        ("GET", "/v1/tracks/{track_id}"),
        ("DELETE", "/v1/tracks/{track_id}"),
        ("GET", "/v1/tracks/{track_id}/audio"),
        ("GET", "/v1/works"),
        ("GET", "/v1/works/{work_id}"),
        ("PATCH", "/v1/works/{work_id}"),
        ("POST", "/v1/works/join"),
        ("POST", "/v1/works/split"),
        ("POST", "/v1/works/regroup"),
        ("GET", "/v1/demo"),
        ("POST", "/v1/demo/{name}"),
        ("GET", "/v1/demo/{name}/audio"),
    }
    for methods in description["paths"].values():
        for route in methods.values():
            assert route["description"]
            for status, answer in route["responses"].items():
                if int(status) >= 400:
                    assert list(answer["content"]) == ["application/problem+json"]
    names = set(re.findall(r"#/components/schemas/(\w+)", server.client.get("/openapi.json").text))
    assert names <= description["components"]["schemas"].keys()
    assert "examples" in description["components"]["schemas"]["Setlist"]


def test_a_token_is_described(server: Any) -> None:
    description = server.client.get("/openapi.json").json()
    assert description["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    assert description["security"] == [{}, {"token": []}]


def test_heads(server: Any, music: Path) -> None:
    (track,) = server.client.get("/v1/tracks", params={"q": "1.flac"}).json()["tracks"]
    for route in ("/v1/health", "/metrics", f"/v1/tracks/{track['track_id']}/audio", "/"):
        head, whole = server.client.head(route), server.client.get(route)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-type"] == whole.headers["content-type"]
    size = (music / "Song 1.flac").stat().st_size
    head = server.client.head(f"/v1/tracks/{track['track_id']}/audio")
    assert int(head.headers["content-length"]) == size


@pytest.mark.parametrize(
    ("method", "route", "allowed"),
    [
        ("PUT", "/v1/tracks", "GET, HEAD, PATCH, POST"),
        ("OPTIONS", "/v1/tracks", "GET, HEAD, PATCH, POST"),
        ("NONSENSE", "/v1/tracks/none", "DELETE, GET, HEAD"),
        ("GET", "/v1/identify", "POST"),
        ("HEAD", "/v1/identify", "POST"),
        ("PUT", "/v1/works/none", "GET, HEAD, PATCH"),
        ("PATCH", "/metrics", "GET, HEAD"),
        ("PUT", "/docs", "GET, HEAD"),
        ("POST", "/", "GET, HEAD"),
        ("DELETE", "/index.html", "GET, HEAD"),
    ],
)
def test_methods_that_a_path_has_not(server: Any, method: str, route: str, allowed: str) -> None:
    answer = server.client.request(method, route)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
    assert method == "HEAD" or answer.json()["code"] == "method"
    for one in allowed.split(", "):
        assert server.client.request(one, route).status_code != 405


@pytest.mark.parametrize("route", ["/nothing", "/v1/nothing", "/../app.py", "/%00", "/assets"])
def test_paths_that_are_not_there(server: Any, route: str) -> None:
    for method in ("GET", "POST", "NONSENSE"):
        answer = server.client.request(method, route)
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
        assert "allow" not in answer.headers


def test_refused_requests_are_counted(indexed: Path, serve: Any) -> None:
    own = serve(indexed)
    own.client.get("/v1/tracks", headers={"Host": "evil.example"})
    own.client.post("/v1/report", headers={"Origin": "https://evil.example"})
    own.client.head("/v1/health")
    counts = own.client.get("/metrics").text
    for line in (
        'samesong_requests_total{method="GET",route="other",status="421"} 1.0',
        'samesong_requests_total{method="POST",route="other",status="403"} 1.0',
        'samesong_requests_total{method="HEAD",route="/v1/health",status="200"} 1.0',
    ):
        assert f"\n{line}\n" in counts


def test_the_page(server: Any) -> None:
    page = server.client.get("/")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert "<title>samesong</title>" in page.text
