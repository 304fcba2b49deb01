"""The lines on recommended configurations name their trials and the expected values."""

import pytest

from paretune import Maximize, Minimize, Objectives, Space, Study, Trials
from paretune.cli.recommendation import describe_recommendation
from paretune.space import Float, Int

SPACE = Space({"width": Int(1, 9)})
OBJECTIVES = Objectives([Maximize("auc"), Minimize("latency", unit="s")])


def table(widths, losses, errors):
    return Trials(SPACE, OBJECTIVES, tuple({"width": w} for w in widths), losses=losses, losses_se=errors)


def test_exact_values_are_shown_with_unit_and_without_error():
    text = describe_recommendation(table([1, 2, 3], [[-0.5, 1], [-0.4, 2], [-0.75, 3]], [[0, 0]] * 3))
    assert text.splitlines() == [
        "recommended, 2 of the configurations tried (expected of another training):",
        "  trial 2: auc 0.75, latency 3 s",
        "  trial 0: auc 0.5, latency 1 s",
    ]


def test_repeats_are_one_line_with_an_error():
    losses = [[-0.5, 1], [-0.6, 1], [-0.1, 3]]
    (_, line) = describe_recommendation(table([1, 1, 3], losses, [[0.1, 0]] * 3)).splitlines()
    assert line.startswith("  trials 0, 1: auc 0.5")
    assert " ± 0.0" in line


def test_no_complete_trial_is_one_line():
    assert describe_recommendation(Trials(SPACE, OBJECTIVES)) == "nothing to recommend yet: no trial is complete"


@pytest.mark.end_to_end
def test_status_shows_recommended_configurations(paretune):
    study = Study({"x": Float(0, 1)}, [Minimize("loss"), Minimize("cost")], name="s", searcher="random")
    study.run(lambda p: {"loss": p["x"], "loss_se": 0.0, "cost": 1 - p["x"], "cost_se": 0.0}, n_trials=4)
    assert len(study.recommend()) == 4
    code, out, _ = paretune("status", "s", "--recommend")
    assert code == 0
    assert "recommended, 4 of the configurations tried" in out
    assert out.count("  trial") == 8  # each is on the front so far, too
    code, plain, _ = paretune("status", "s")
    assert code == 0
    assert "recommended" not in plain
