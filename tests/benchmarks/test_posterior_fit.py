"""The weights of works are fitted on what identification would find."""

import numpy as np
import posterior_fit
from tempo_pairs import TempoPairs

from samesong.runtime.inference.fitted import PosteriorParameters

NOW = PosteriorParameters(fitted_on="Nothing.", sharpness=1.0, none_cap=8.0)


def pairs(own, again=None):
    own = np.array(own, float)
    n = len(own)
    return TempoPairs(
        own,
        own if again is None else np.array(again, float),
        queries=np.arange(n),
        whole=np.ones(n, bool),
        works=np.array([f"work {number // 2}" for number in range(n)]),
        kinds=np.array(["studio", "live"] * (n // 2)),
    )


def test_the_best_works_count_as_scored_again_and_each_by_its_closest_recording():
    own = [[0, 4, 3, 1, -1, -2]] * 6
    again = [[9, 2, 5, 0, 7, 7]] * 6
    found = pairs(own, again).among(1, [0, 2, 3, 4, 5], 1)
    assert found == {"work 0": 0, "work 1": 5, "work 2": -1}


def test_each_question_has_the_catalog_that_it_tells():
    rng = np.random.default_rng(0)
    questions = list(posterior_fit.ask(pairs(rng.normal(size=(12, 12))), 0))
    assert {one.group[1:] for one in questions} == {(True, True), (False, True)}
    for one in questions:
        assert len(one.evidence) == min(one.group[0], 5 + (one.true is not None))
    assert any(one.true is not None for one in questions)


def test_what_chance_reaches_is_found_where_it_tells():
    rng = np.random.default_rng(1)
    questions = []
    for number in range(300):
        chance = rng.normal(-2, 2)
        behind = chance + rng.normal(0, 0.3, 9)
        right = chance + 6 if number % 2 else chance + 0.5
        questions.append(
            posterior_fit.Question(
                np.append(right, behind), 0 if number % 2 else None, "a", (9, True, True)
            )
        )
    free = ("sharpness", "chance_weight", "usual_chance")
    found = posterior_fit.fit(questions, free, NOW)
    assert found.chance_weight > 0.5
    assert posterior_fit.loss(questions, found) < 0.5 * posterior_fit.loss(questions, NOW)
