"""Choosing tracks by artists, albums and lists."""

from collections.abc import Sequence

import pytest

from samesong import Catalog, CatalogWriter, ModelBundle
from samesong.features.errors import SongListError
from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.catalog.repertoire import Repertoire, choose
from samesong.runtime.files.song_list import parse_song_list
from tests.runtime.conftest import catalog_track


def track(track_id: str, artist: str | None, title: str | None, **more: str) -> CatalogTrack:
    fields = {"path": f"/music/{track_id}.flac"} | more
    return catalog_track(track_id, artist=artist, title=title, n_windows=0, **fields)


TRACKS = [
    track("aa", "The Band", "Amazing Grace", album="Hymns", iswc="T-034.524.680-1"),
    track("bb", "Band, The", "Up On Cripple Creek", album="Greatest Hits", isrc="GBAYE6800011"),
    track("cc", "Beyoncé", "Halo", album="Greatest Hits", work_code="W 77"),
    track("dd", "Choir", "Amazing Grace", album="Hymns", work_by_hand="grace"),
    track("ee", None, "Halo (2009 Remaster)", work_by_hand="halo"),
    track("ff", "Somebody", "Another name", work_by_hand="grace", work_title="Sublime Grâce"),
    track("gg", None, None, path="/music/old/take 5.flac"),
]


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory, bundle: ModelBundle) -> Catalog:
    location = tmp_path_factory.mktemp("repertoire") / "catalog"
    with CatalogWriter(location, bundle) as writer:
        writer.add([(one, []) for one in TRACKS])
    return Catalog(location)


def chosen(catalog: Catalog, repertoire: Repertoire) -> tuple[list[str], tuple[str, ...]]:
    found = choose(catalog, repertoire)
    return sorted(found.track_ids), found.warnings


def among(*lines: str, name: str = "list.txt", **more: tuple[str, ...]) -> Repertoire:
    return Repertoire(among=parse_song_list("\n".join(lines).encode(), name), **more)


@pytest.mark.parametrize("name", ["The Band", "band", "Band, The", "BAND feat. Somebody"])
def test_an_artist_in_any_spelling(catalog: Catalog, name: str) -> None:
    assert chosen(catalog, Repertoire(artists=(name,))) == (["aa", "bb"], ())


def test_several_artists_and_what_they_lack_in_accents(catalog: Catalog) -> None:
    assert chosen(catalog, Repertoire(artists=("beyonce", "the band"))) == (["aa", "bb", "cc"], ())


def test_all_recordings_of_a_work_take_part(catalog: Catalog) -> None:
    assert chosen(catalog, Repertoire(artists=("Choir",))) == (["dd", "ff"], ())


def test_an_album_of_several_artists_is_told(catalog: Catalog) -> None:
    found, [warning] = chosen(catalog, Repertoire(albums=("greatest hits",)))
    assert found == ["bb", "cc"]
    assert "is an album by 2 artists ('Band, The', 'Beyoncé')" in warning
    one = Repertoire(albums=("greatest hits",), artists=("The Band",))
    assert chosen(catalog, one) == (["bb"], ())


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["aa"], ["aa"]),
        (["t0345246801"], ["aa"]),
        (["gb-aye-68-00011"], ["bb"]),
        (["w-77"], ["cc"]),
        (["sublime grace"], ["dd", "ff"]),
        (["Choir - Sublime Grace"], ["dd", "ff"]),
        (["Choir - Another Name"], ["dd", "ff"]),
        (["/music/cc.flac"], ["cc"]),
        (["/elsewhere/take 5.flac"], ["gg"]),
        (["up on cripple creek (live)"], ["bb"]),
        (["Choir - Amazing Grace"], ["dd", "ff"]),
        (["the BAND \u2013 Amazing grace"], ["aa"]),
        (["Another Name", "Up on Cripple Creek - Live"], ["bb", "dd", "ff"]),
    ],
)
def test_a_line_of_a_list(catalog: Catalog, lines: Sequence[str], expected: list[str]) -> None:
    assert chosen(catalog, among(*lines)) == (expected, ())


def test_unknown_titles_are_listed_and_the_rest_used(catalog: Catalog) -> None:
    found, warnings = chosen(catalog, among("Nobody's song", "Up On Cripple Creek", "Zzz"))
    assert found == ["bb"]
    assert warnings == (
        'list.txt, line 1: "Nobody\'s song" is not in the catalog',
        "list.txt, line 3: 'Zzz' is not in the catalog",
    )


def test_a_title_that_another_artist_has_is_told_and_how_to_write_it(catalog: Catalog) -> None:
    found, warnings = chosen(catalog, among("The Beatles - Amazing Grace", "Halo", "Queen - Zzz"))
    assert found == ["cc", "ee"]
    assert warnings == (
        "list.txt, line 2: 'Halo' stands for 2 works: all are searched; write 'Artist - Title' or "
        "an id to search one",
        "list.txt, line 1: 'The Beatles - Amazing Grace' is not there; the catalog has "
        "'Choir - Amazing Grace' and 'The Band - Amazing Grace': write one of these",
        "list.txt, line 3: 'Queen - Zzz' is not in the catalog",
    )


def test_so_is_a_title_that_the_user_gave_a_work(catalog: Catalog) -> None:
    _, [_, warning] = chosen(catalog, among("Halo", "The Beatles - Sublime Grace"))
    assert "the catalog has 'Somebody - Sublime Grâce': write it so" in warning


def test_an_ambiguous_title_is_told(catalog: Catalog) -> None:
    found, [warning] = chosen(catalog, among("Amazing Grace"))
    assert found == ["aa", "dd", "ff"]
    assert warning.startswith("list.txt, line 1: 'Amazing Grace' stands for 2 works")
    assert chosen(catalog, among("Amazing Grace", artists=("The Band",))) == (["aa"], ())


def test_playlists_and_tables(catalog: Catalog) -> None:
    playlist = among("#EXTINF:1,The Band - Amazing Grace", "x/y.mp3", "bb.flac", name="a.m3u")
    found, warnings = chosen(catalog, playlist)
    assert (found, len(warnings)) == (["aa"], 1)
    table = among("title;artist", "Amazing Grace;The Band", "Halo;", name="a.csv")
    found, warnings = chosen(catalog, table)
    assert (found, len(warnings)) == (["aa", "cc", "ee"], 1)


@pytest.mark.parametrize(
    ("repertoire", "said"),
    [
        (Repertoire(artists=("The Bond",)), r"no artist 'The Bond' in the catalog \(nearest: 'The"),
        (Repertoire(artists=("xyz",)), "no artist 'xyz' in the catalog: correct the name"),
        (Repertoire(albums=("Greatest",)), r"no album 'Greatest' .*nearest: 'Greatest Hits'"),
        (
            Repertoire(artists=("Choir",), albums=("Greatest Hits",)),
            "no track of the catalog is by 'Choir' and on 'Greatest Hits'",
        ),
        (among("one", "two"), "no song of the list is in the catalog.*2 listed: 'one', 'two'"),
        (
            among("Halo", artists=("Choir",)),
            "1 listed: 'Halo'.*the catalog has 'Beyonc\u00e9 - Halo' .*: add that artist, or leave",
        ),
        (
            among("Queen - Halo"),
            "the catalog has 'Beyonc\u00e9 - Halo' and 'Halo .*: write one of these",
        ),
    ],
)
def test_nothing_left_is_an_error(catalog: Catalog, repertoire: Repertoire, said: str) -> None:
    with pytest.raises(SongListError, match=said):
        choose(catalog, repertoire)


def test_one_unknown_artist_of_several_is_told(catalog: Catalog) -> None:
    found, [warning] = chosen(catalog, Repertoire(artists=("The Bond", "Choir")))
    assert found == ["dd", "ff"]
    assert "no artist 'The Bond' in the catalog (nearest: " in warning


def test_other_works_are_always_the_same_and_none_of_the_repertoires(catalog: Catalog) -> None:
    band = Repertoire(artists=("The Band",))
    found = choose(catalog, band, 3)
    assert found.works == {"aa", "bb"}
    assert len(found.others) == 3
    assert found.others == choose(catalog, band, 3).others
    assert set(found.others) <= {"cc", "dd", "ee", "ff", "gg"}
    every = choose(catalog, band, 99).others
    assert every[:3] == found.others
    assert set(every) == {"cc", "dd", "ee", "gg"}  # one recording of each work
