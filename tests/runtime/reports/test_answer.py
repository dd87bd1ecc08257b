import pytest

from samesong.runtime.catalog.interface import TrackInfo
from samesong.runtime.identification.ranking import Match, Ranking
from samesong.runtime.identification.verdict import verdict_on
from samesong.runtime.reports.answer import answer


def ranking(*probabilities: float) -> Ranking:
    matches = []
    for rank, probability in enumerate(probabilities, 1):
        track = TrackInfo(f"id{rank}", "Song", "The Band", None, None, "/a.flac", 60.0)
        span = (0.0, 60.0)
        matches.append(Match(rank, "work", track, probability, (), 0, span, span, 1.0))
    return Ranking("a.wav", verdict_on(probabilities), tuple(matches), none=0.0, seconds=1.0)


@pytest.mark.parametrize(
    ("probabilities", "sentence"),
    [
        ((0.994,), "This is 'Song' by The Band, with a probability of 99.4 %."),
        ((0.9996,), "This is 'Song' by The Band, with a probability above 99.9 %."),
        (
            (0.37, 0.02),
            "Perhaps 'Song' by The Band: no other song comes near, but its probability, 37 %, is "
            "below 50 %.",
        ),
        ((0.037,), "None of these: the best probability, 3.7 %, is below 50 %."),
    ],
)
def test_the_sentence_of_each_verdict(probabilities: tuple[float, ...], sentence: str) -> None:
    assert answer(ranking(*probabilities)) == sentence
