"""Tests of the numbers of a comparison as JSON and as HTML."""

import json

from paretune.confidence import Comparison, Estimate, EstimatePair, compare
from paretune.confidence.evaluations_to_match import EvaluationsToMatch
from studies import STORY


def test_every_field_is_in_the_plain_form_and_survives_json():
    pairs = {
        name: EstimatePair(Estimate(i, i - 0.5, i + 0.5), Estimate(None, None, None))
        for i, name in enumerate(
            ["merged_front_share", "merged_front_share_unequal", "coverage", "hypervolume", "feasible_share"]
        )
    }
    match = EvaluationsToMatch(5.8, 2.1, None, 10.0, 0.7, 350)
    found = Comparison(
        **pairs,
        hypervolume_difference=Estimate(1.0, -1.0, 3.0),
        probability_better=0.75,
        evaluations_to_match=match,
        budget=3,
        n_trials=(3, 6),
        n_runs=(1, 2),
        reference=(5.0, 6.0),
        repeats=20,
    ).to_dict()
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert found["coverage"] == {
        "candidate": {"value": 2, "low": 1.5, "high": 2.5},
        "baseline": {"value": None, "low": None, "high": None},
    }
    assert found["evaluations_to_match"]["text"] == match.text
    assert (found["budget"], found["n_trials"], found["n_runs"], found["reference"]) == (3, [3, 6], [1, 2], [5.0, 6.0])
    assert set(found) == set(Comparison.__dataclass_fields__)


def test_notebook_shows_the_intervals():
    table = compare(STORY, STORY)._repr_html_()
    assert "At 6 trials of each side" in table
    assert "<th>hypervolume of the study</th><td>0.62 [" in table
    assert "times (0.3 to more than 1.0) as many trials" in table
