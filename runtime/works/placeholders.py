"""Titles and artists that name nobody and nothing: 'Track 1', 'Unknown artist'."""

import re

from samesong.runtime.works.folding import folded

_NUMBERED = """
    track tracks titel titre piste pista traccia faixa spor spår raita utwór ścieżka stopa nummer
    numero número no nr take recording aufnahme enregistrement grabación grabacion registrazione
    voice memo audio file untitled дорожка трек запись トラック 曲目 音轨 音軌 트랙
"""
_NOTHING = """
    unknown | unknown title | unknown track | unknown song | untitled | untitled track | no title
    none | null | n a | ohne titel | unbekannt | unbekannter titel | sans titre | titre inconnu
    inconnu | sin título | título desconocido | desconocido | senza titolo | titolo sconosciuto
    sconosciuto | sem título | desconhecido | geen titel | onbekend | uden titel | utan titel
    okänd | ukendt | tuntematon | bez tytułu | nieznany | неизвестно | без названия | 不明 | 無題
    new recording | audio | title | song title | name
"""
_NOBODY = """
    unknown | unknown artist | various | various artists | various artist | va | v a | divers
    diverse | diverse artists | diverse interpreten | verschiedene | verschiedene interpreten
    verschiedene künstler | diverse artister | diverse artiesten | varios | varios artistas
    vários | vários artistas | varios intérpretes | artistes divers | artistes variés
    artistes multiples | multi interprètes | artisti vari | vari artisti | aa vv | aavv
    unbekannt | unbekannter künstler | unbekannter interpret | artiste inconnu | inconnu
    artista desconocido | desconocido | artista sconosciuto | sconosciuto | artista desconhecido
    desconhecido | onbekende artiest | onbekend | okänd artist | ukendt kunstner | ukjent artist
    tuntematon esittäjä | nieznany artysta | neznámý umělec | неизвестный исполнитель
    неизвестный артист | разные исполнители | 不明なアーティスト | 未知艺术家 | 알 수 없는 음악가
    no artist | artist | none | null | n a | soundtrack | multiple artists | several artists
"""
# Pieces of albums and movements of works, of which one artist has many under one title.
_PIECES = """
    intro introduction outro interlude skit prelude preludio prélude reprise overture ouverture
    finale epilogue prologue intermission intermezzo allegro allegretto adagio andante andantino
    largo larghetto lento presto prestissimo vivace moderato grave menuet menuetto minuet minuetto
    scherzo rondo rondeau allemande courante sarabande gavotte gigue bourrée aria recitative
    recitativo chorus choral chorale kyrie gloria credo sanctus benedictus toccata fugue fuga
    improvisation applause talk talking banter
"""
_OF_PIECES = """
    con molto ma non troppo e et and assai di da in the a moto brio fuoco quasi poco più meno mosso
    cantabile sostenuto espressivo maestoso i ii iii iv v vi vii viii ix x xi xii
"""


def _phrases(text: str) -> frozenset[str]:
    return frozenset(folded(one) for one in re.split(r"[|\n]", text) if one.strip())


_NUMBERED_WORDS = "|".join(sorted(folded(_NUMBERED).split(), key=len, reverse=True))
_NUMBERED_TITLE = re.compile(
    rf"(?:(?:cd|disc|disk|side)\s*\d*\s*)?(?:cd|audio)?\s*(?:{_NUMBERED_WORDS})s?\s*#?\s*\d*"
    r"|#?\s*\d+(?:\s*(?:#|of)?\s*\d+)*"
)
_NO_TITLES = _phrases(_NOTHING)
_NO_ARTISTS = _phrases(_NOBODY)
_PIECE_WORDS = frozenset(folded(_PIECES).split())
_WORDS_OF_PIECES = _PIECE_WORDS | frozenset(folded(_OF_PIECES).split())


def names_no_song(title: str) -> bool:
    """Return whether different songs of an artist may have this title.

    Parameters
    ----------
    title : str
        As `folded` returns it, without suffixes of versions.

    Returns
    -------
    bool
        True for numbers, for titles that programs make up, and for parts of albums and movements.

    Examples
    --------
    >>> [names_no_song(title) for title in ("track 01", "07", "allegro con brio", "take five")]
    [True, True, True, False]
    """
    if not title or title in _NO_TITLES or _NUMBERED_TITLE.fullmatch(title):
        return True
    words = title.split()
    return not _PIECE_WORDS.isdisjoint(words) and all(
        word in _WORDS_OF_PIECES or word.isdecimal() for word in words
    )


def names_nobody(artist: str) -> bool:
    """Return whether this stands where the artist is unknown, or where there are many.

    Parameters
    ----------
    artist : str
        As `folded` returns it.

    Returns
    -------
    bool
        True for an empty one as well.

    Examples
    --------
    >>> names_nobody("various artists"), names_nobody("the band")
    (True, False)
    """
    return not artist or artist in _NO_ARTISTS
