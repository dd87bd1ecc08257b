"""The works of the catalog over HTTP: listed, joined, split, named, and left to the tags again."""

from pathlib import Path
from typing import Any

import pytest

from samesong import Catalog

GHOST = "0123456789abcdef"


@pytest.fixture
def own(catalog: Path, serve: Any) -> Any:
    """Return a server of a catalog that may be changed."""
    return serve(catalog)


def works(server: Any, **query: Any) -> Any:
    answer = server.client.get("/v1/works", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def ids(server: Any, *titles: str) -> list[str]:
    """Return the track_ids of recordings."""
    found = {track["title"]: track["track_id"] for track in tracks(server)}
    return [found[title] for title in titles]


def tracks(server: Any) -> list[Any]:
    return [track for work in works(server)["works"] for track in work["tracks"]]


def told(page: Any) -> list[list[str]]:
    """Return the titles of the recordings of each work."""
    return [sorted(track["title"] for track in work["tracks"]) for work in page["works"]]


def refused(answer: Any, status: int, code: str) -> str:
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code), answer.text
    return str(problem["detail"])


def test_each_recording_is_a_work_until_it_is_joined(own: Any, catalog: Path) -> None:
    assert told(works(own)) == [["Song 0"], ["Song 1"], ["Song 2"], ["Song 3"]]
    chosen = ids(own, "Song 2", "Song 0")
    answer = own.client.post("/v1/works/join", json={"track_ids": chosen})
    assert answer.status_code == 200, answer.text
    (joined,) = answer.json()["works"]
    assert joined["grouped_by_hand"] is True
    assert joined["title"] in {"Song 0", "Song 2"}
    page = works(own)
    assert told(page) == [["Song 0", "Song 2"], ["Song 1"], ["Song 3"]]
    assert (page["total"], page["n_tracks"]) == (3, 4)
    assert {track["work_id"] for track in joined["tracks"]} == {joined["work_id"]}
    assert all("hand" in track["work_reason"] for track in joined["tracks"])
    # It is in the catalog, not in the server.
    assert sorted(len(work.tracks) for work in Catalog(catalog).works()) == [1, 1, 2]


def test_an_answer_has_one_row_a_work_at_once(own: Any, music: Path) -> None:
    own.client.post("/v1/works/join", json={"track_ids": ids(own, "Song 1", "Song 2", "Song 3")})
    found = own.send("/v1/identify", music / "Song 2.flac").json()["matches"]
    assert len(found) == 2
    (row,) = [match for match in found if match["versions"]]
    assert (row["title"], row["recording"]["title"]) == ("Song 1", "Song 2")
    assert sorted(one["title"] for one in row["versions"]) == ["Song 1", "Song 3"]


def test_what_was_joined_is_split_and_left_to_the_tags_again(own: Any) -> None:
    chosen = ids(own, "Song 0", "Song 1", "Song 2")
    own.client.post("/v1/works/join", json={"track_ids": chosen})
    answer = own.client.post("/v1/works/split", json={"track_ids": chosen[:1]})
    assert answer.status_code == 200, answer.text
    assert told(answer.json()) == [["Song 1", "Song 2"], ["Song 0"]]
    answer = own.client.post("/v1/works/regroup", json={"track_ids": chosen})
    assert answer.status_code == 200, answer.text
    assert not any(work["grouped_by_hand"] for work in answer.json()["works"])
    assert works(own)["total"] == 4


def test_a_work_is_named_and_found_by_its_name(own: Any) -> None:
    (chosen,) = ids(own, "Song 1")
    (work,) = [one for one in works(own)["works"] if one["tracks"][0]["track_id"] == chosen]
    route = f"/v1/works/{work['work_id']}"
    named = own.client.patch(route, json={"title": " The Real Name "}).json()
    assert (named["title"], named["named_by_hand"]) == ("The Real Name", True)
    assert own.client.get(route).json() == named
    (found,) = works(own, q="real song")["works"]
    assert found == named
    again = own.client.patch(route, json={"title": None}).json()
    assert (again["title"], again["named_by_hand"]) == ("Song 1", False)


def test_pages(server: Any) -> None:
    first = works(server, limit=3)
    assert told(first) == [["Song 0"], ["Song 1"], ["Song 2"]]
    assert (first["total"], first["n_tracks"]) == (4, 4)
    assert told(works(server, limit=3, offset=3)) == [["Song 3"]]
    assert told(works(server, q="3.FLAC")) == [["Song 3"]]
    assert works(server, q="nothing of the kind")["total"] == 0
    answer = server.client.get("/v1/works", params={"limit": 0})
    refused(answer, 422, "parameters")


@pytest.mark.parametrize("how", ["join", "split", "regroup"])
@pytest.mark.parametrize(
    "body", [{}, {"track_ids": []}, {"track_ids": "a"}, {"track_ids": [1]}, [], None]
)
def test_a_request_without_recordings_is_refused(server: Any, how: str, body: Any) -> None:
    refused(server.client.post(f"/v1/works/{how}", json=body), 422, "parameters")


def test_what_cannot_be_grouped_is_refused_and_changes_nothing(own: Any) -> None:
    before = works(own)
    known = ids(own, "Song 0", "Song 1")
    for how in ("join", "split", "regroup"):
        answer = own.client.post(f"/v1/works/{how}", json={"track_ids": [known[0], GHOST]})
        assert repr(GHOST) in refused(answer, 404, "no-track")
    split = own.client.post("/v1/works/split", json={"track_ids": known})
    assert "of one work" in refused(split, 409, "works")
    split = own.client.post("/v1/works/split", json={"track_ids": known[:1]})
    assert "nothing to split" in refused(split, 409, "works")
    refused(own.client.patch(f"/v1/works/{GHOST}", json={"title": "x"}), 404, "no-work")
    refused(own.client.get(f"/v1/works/{GHOST}"), 404, "no-work")
    refused(own.client.patch(f"/v1/works/{known[0]}", json={"title": 3}), 422, "parameters")
    assert works(own) == before


def test_other_sites_and_strangers_change_nothing(catalog: Path, serve: Any, server: Any) -> None:
    body = {"track_ids": ids(server, "Song 0", "Song 1")}
    foreign = {"Origin": "http://evil.example"}
    for method, route, content in (
        ("POST", "join", body),
        ("POST", "split", body),
        ("POST", "regroup", body),
        ("PATCH", body["track_ids"][0], {"title": "x"}),
    ):
        answer = server.client.request(method, f"/v1/works/{route}", json=content, headers=foreign)
        refused(answer, 403, "origin")
    guarded = serve(catalog, token="a token of some length")
    guarded.client.headers.pop("Authorization")
    refused(guarded.client.post("/v1/works/join", json=body), 401, "token")
    refused(guarded.client.get("/v1/works"), 401, "token")
