"""The search for a song: the words that begin those of its title count most."""

import re
import shutil
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from samesong import Analyser, CatalogWriter, Indexer, ModelBundle
from samesong.runtime.server.search import Rank, rank, words_of
from samesong.runtime.works.folding import folded

RATE = 22_050
texts = st.none() | st.text("Oo hHaà!_1-", max_size=12)


def oracle(search: str, titles: list[str | None], others: list[str | None]) -> Rank | None:
    """Return the rank by splitting every field into its words."""

    def begun(fields: list[str | None], word: str) -> bool:
        return any(
            field[at:].startswith(word) and (at == 0 or not field[at - 1].isalnum())
            for field in (folded(one) for one in fields if one)
            for at in range(len(field))
        )

    fields = [*titles, *others]
    typed = [folded(word) for word in search.split()]
    words = [word for word in typed if re.search(r"[^\W_]", word)] or typed
    if any(one and folded(one) == " ".join(words) for one in titles):
        return Rank.TITLE
    if all(begun(titles, word) for word in words):
        return Rank.TITLE_WORDS
    if all(begun(fields, word) for word in words):
        return Rank.WORDS
    within = all(any(one and word in folded(one) for one in fields) for word in words)
    return Rank.PARTS if within else None


@given(st.text("Oo hHaà!_1-", max_size=6), st.lists(texts, max_size=2), st.lists(texts, max_size=3))
def test_it_ranks_as_the_oracle_does(
    search: str, titles: list[str | None], others: list[str | None]
) -> None:
    assert rank(words_of(search), titles, others) == oracle(search, titles, others)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(
    ("search", "title", "artist"),
    [
        ("deja vu", "Déjà Vu", "Crosby, Stills & Nash"),
        ("DÉJÀ", "Deja vu", None),
        ("bjork", "Jóga", "Björk"),
        ("joga björk", "Jóga", "Bjork"),
        ("dont stop", "Don\u2019t Stop", None),
        ("gb-aye 69", "", "GB-AYE-69-00532"),
        ("rock & roll", "Rock and Roll", None),
    ],
)
def test_accents_and_punctuation_make_no_difference(
    search: str, title: str, artist: str | None, form: Any
) -> None:
    found = rank(words_of(search), [normalize(form, title)], [artist and normalize(form, artist)])
    assert found is not None
    assert rank(words_of(normalize(form, search)), [title], [artist]) == found


@given(st.lists(texts, max_size=2), st.lists(texts, max_size=2), st.text("oh a", max_size=5))
def test_more_words_never_find_more(titles: Any, others: Any, search: str) -> None:
    fewer = rank(words_of(search), titles, others)
    more = rank(words_of(f"{search} oh"), titles, others)
    assert more is None or fewer is not None


def test_a_title_that_begins_so_comes_before_one_that_merely_holds_it(
    indexed: Path, serve: Any, song: Any, tmp_path: Path, bundle: ModelBundle
) -> None:
    catalog = shutil.copytree(indexed, tmp_path / "catalog")
    titles = ("Coherence", "Oh! Susanna", "Oh", "Whisky in the Jar")
    paths = []
    for number, title in enumerate(titles):
        path = tmp_path / f"{re.sub('[^A-Z]', '', title)}{number}.flac"
        with soundfile.SoundFile(path, "w", RATE, 1) as file:
            file.title, file.artist = title, "ABCD"[number] + (" Ohm" if number == 3 else "")
            file.write(song(20 + number))
        paths.append(path)
    with CatalogWriter(catalog, bundle) as writer:
        Indexer(writer, Analyser(bundle, threads=1)).index(paths)
    client = serve(catalog).client
    expected = ["Oh", "Oh! Susanna", "Whisky in the Jar", "Coherence"]
    found = client.get("/v1/tracks", params={"q": "oh"}).json()["tracks"]
    assert [track["title"] for track in found] == expected
    works = client.get("/v1/works", params={"q": "oh"}).json()["works"]
    assert [work["title"] for work in works] == expected
