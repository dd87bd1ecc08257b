"""Results as notebooks and pandas show them."""

import json
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from samesong import (
    Comparison,
    Evaluation,
    Failure,
    Match,
    Ranking,
    Setlist,
    TrackInfo,
)
from samesong.runtime.evaluation.evaluator import trials
from samesong.runtime.identification.verdict import Verdict
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.matching.alignment import Alignment
from samesong.runtime.representation.deep_sequences import DeepSequences
from samesong.runtime.representation.window import Window

HOSTILE = "<script>alert('1')</script> & \"more\""
ESCAPED = "&lt;script&gt;alert(&#x27;1&#x27;)&lt;/script&gt; &amp; &quot;more&quot;"


def ranking() -> Ranking:
    track = TrackInfo("1", HOSTILE, None, None, "ISRC1", "/music/1.flac", 150.0)
    match = Match(1, "w", track, 0.97, (), -3, (0.0, 60.0), (30.0, 90.0), 1.0)
    return Ranking(HOSTILE, Verdict.MATCH, (match,), 0.02, 0.4)


def comparison() -> Comparison:
    levels = tuple(np.zeros((40 // 2**n, 4), np.float32) for n in range(4))
    sequences = DeepSequences(levels, np.zeros(4, np.float32))
    window = Window(0.0, 12.0, sequences, np.zeros((40, 12), np.float32))
    noise = np.random.default_rng(1)
    path = np.stack([np.arange(40)] * 2, axis=1)
    return Comparison(
        paths=(HOSTILE, "b.flac"),
        pair_probability=0.93,
        alignment=Alignment(path, 2, (0.0, 12.0), (0.0, 12.0), 1.1),
        windows=(window, window),
        csms=tuple(noise.random((40 // 2**n, 40 // 2**n), np.float32) for n in range(4)),
        step_seconds=(0.3, 0.6, 1.2, 2.4),
    )


def setlist() -> Setlist:
    track = {"track_id": "1", "title": HOSTILE, "artist": "Band", "work_id": "w"}
    candidates = [{"track": {**track, "title": "Maybe <i>"}, "probability": 0.4}]
    return Setlist.from_dict(
        {
            "schema": 3,
            "recording": f"/tapes/{HOSTILE}",
            "duration": 300.0,
            "songs": [
                {"start": 10.0, "end": 90.0, "track": track, "probability": 0.9, "key_shift": -2},
                {"start": 90.0, "end": 200.0, "verdict": "probable", "candidates": candidates},
            ],
            "interludes": [{"start": 0.0, "end": 10.0, "kind": "applause"}],
        }
    )


def evaluation() -> Evaluation:
    scores = np.random.default_rng(1).normal(size=(4, 4))
    posterior = ModelBundle.load().fitted.posterior
    both = trials(scores, ["a", "a", "b", "b"], ["live", "studio"] * 2, posterior)
    return Evaluation(HOSTILE, 4, both[0].metrics(), both[1].metrics(), both)


RESULTS = {
    "ranking": ranking,
    "match": lambda: ranking().matches[0],
    "comparison": comparison,
    "setlist": setlist,
    "evaluation": evaluation,
    "failure": lambda: Failure("a", HOSTILE),
}


@pytest.mark.parametrize("result", RESULTS)
def test_markup_in_tags_stays_text(result: str) -> None:
    shown = RESULTS[result]()._repr_html_()
    assert ESCAPED.removesuffix(" &amp; &quot;more&quot;") in shown
    assert "<script" not in shown


def test_a_ranking_says_what_the_command_line_says() -> None:
    shown = ranking()._repr_html_()
    for text in ("match (none of these: 2 %)", "97 %", "<td>-3</td>", "0:30-1:30"):
        assert text in shown


def test_a_set_list_in_order() -> None:
    shown = setlist()._repr_html_()
    places = [shown.index(one) for one in ("(applause)", "Band", "Unknown", "Maybe &lt;i&gt; 40 %")]
    assert places == sorted(places)
    assert "2 songs, 1 named" in shown


def test_a_comparison_shows_its_matrices() -> None:
    pytest.importorskip("matplotlib")
    shown = comparison()._repr_html_()
    assert shown.count('<img src="data:image/png;base64,iVBORw0KGgo') == 1
    assert len(shown) < 150_000


def test_without_optional_packages() -> None:
    """In a process of its own: a comparison is a table alone, and pandas is asked for."""
    code = """
import sys
sys.modules["matplotlib"] = sys.modules["matplotlib.figure"] = sys.modules["pandas"] = None
sys.path.insert(0, sys.argv[1])
import samesong, test_tables
shown = test_tables.comparison()._repr_html_()
assert "pair probability" in shown and "<img" not in shown, shown
try:
    test_tables.ranking().to_pandas()
except samesong.SamesongError as error:
    print(f"{type(error).__name__}: {error}")
"""
    folder = __file__.rpartition("/")[0]
    done = subprocess.run(
        [sys.executable, "-c", code, folder], capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == (
        "MissingExtraError: to_pandas() needs pandas: run pip install pandas, or use to_dict()"
    ), done.stderr


@pytest.mark.parametrize("result", [name for name in RESULTS if name != "match"])
def test_plain_values(result: str) -> None:
    told = RESULTS[result]().to_dict()
    assert json.loads(json.dumps(told)) == told


def frame(result: Any) -> list[dict[str, Any]]:
    pytest.importorskip("pandas")
    return result.to_pandas().to_dict("records")  # type: ignore[no-any-return]


def test_tables_for_pandas() -> None:
    (row,) = frame(ranking())
    assert (row["query"], row["title"], row["probability"]) == (HOSTILE, HOSTILE, 0.97)
    assert (row["query_start"], row["query_end"], row["n_versions"]) == (0, 60, 0)
    (row,) = frame(comparison())
    assert (row["same"], row["key_shift"], row["reference_end"]) == (True, 2, 12)
    named, unknown = frame(setlist())
    assert (named["start"], named["title"], named["probability"]) == (10, HOSTILE, 0.9)
    assert (unknown["verdict"], unknown["start"]) == ("probable", 90)
    assert {row["metric"] for row in frame(evaluation())} >= {"mAP", "top1"}
    assert frame(Failure("a", "b")) == [{"query": "a", "error": "b"}]


def test_no_match_is_an_empty_table_with_all_columns() -> None:
    pd = pytest.importorskip("pandas")
    none = Ranking("b", Verdict.NONE, (), 1.0, 0.1)
    assert len(none.to_pandas()) == 0
    both = pd.concat([ranking().to_pandas(), Failure("c", "why").to_pandas()])
    assert list(both["query"]) == [HOSTILE, "c"]
