"""Tests of the searcher for Ray Tune: suggestions, ends of trials, and settings."""

import logging
import subprocess
import sys

import numpy as np
import pytest
from optuna.distributions import FloatDistribution
from ray import tune
from ray.tune.search import ConcurrencyLimiter, Searcher
from ray.tune.search.optuna import OptunaSearch

from paretune import Categorical, Float, Int, Space, suggest
from paretune.adapters.ray_tune import ParetoSearch
from paretune.errors import InvalidInputError

SPACE = Space({"net/width": Float(1, 8, log=True), "batch": Categorical([16, 32, 64])})
METRICS, MODES = ["accuracy", "latency"], ["max", "min"]


def create(**arguments):
    return ParetoSearch(METRICS, MODES, **{"space": SPACE, "seed": 0, "n_startup_trials": 4, **arguments})


def result(config):
    width, batch = config["net"]["width"], config["batch"]
    return {"accuracy": 1 - 1 / width - batch / 640, "latency": width / batch, "time_total_s": 2.0}


def run(search, n, end=None):
    """Suggest and complete ``n`` trials; ``end`` can end one in another way."""
    configs = []
    for _ in range(n):
        name = f"t{len(search.trials)}"
        configs.append(search.suggest(name))
        if end is None or not end(search, name, configs[-1]):
            search.on_trial_complete(name, result(configs[-1]))
    return configs


# What is suggested


ENDS = [{"error": True}, {"result": {"accuracy": float("nan"), "latency": 0.1}}, {"result": {"accuracy": 0.9}}, {}]


def test_suggestions_are_those_of_the_engine_also_after_failures():
    def fail_every_second(search, name, _config):
        if len(search.trials) % 2:
            search.on_trial_complete(name, **ENDS[len(search.trials) // 2])
        return len(search.trials) % 2

    search = create()
    for _ in range(8):
        (params,) = suggest(search.trials, SPACE, search.trials.objectives, seed=0, n_startup_trials=4)
        (config,) = run(search, 1, fail_every_second)
        assert {"net/width": config["net"]["width"], "batch": config["batch"]} == params
    assert search.trials.failures() == {"crashed": 2, "not_finite": 1, "lost": 1}


def test_pending_configurations_are_not_suggested_again():
    search = create()
    run(search, 5)
    pending = [search.suggest(f"pending {i}") for i in range(4)]
    assert search.trials.is_pending.sum() == 4
    widths = [config["net"]["width"] for config in pending]
    assert len(set(widths)) == 4


def test_same_seed_gives_the_same_search_and_no_seed_a_random_one():
    assert run(create(seed=3), 6) == run(create(seed=3), 6) != run(create(seed=4), 6)
    assert create(seed=None)._seed != create(seed=None)._seed


def test_points_to_evaluate_come_before_suggestions():
    points = [{"net": {"width": 2.0}, "batch": 64}, {"net": {"width": 8.0}, "batch": 16}]
    configs = run(create(points_to_evaluate=points), 3)
    assert configs[:2] == points
    assert configs[2] not in points


def test_partial_points_are_completed_by_suggestions():
    points = [{"batch": 64}, {"net": {"width": 2.0}}, {}, {"net": {"width": 2.0}, "batch": 64}]
    configs = run(create(points_to_evaluate=points), 5)
    assert configs[0]["batch"] == 64
    assert configs[1]["net"] == {"width": 2.0}
    assert configs[3] == points[3]
    assert all(SPACE.contains({"net/width": c["net"]["width"], "batch": c["batch"]}) for c in configs)


def test_restored_search_continues_like_the_saved_one(tmp_path):
    first = create(limits={"accuracy": 0.2}, reference_point=[0.0, 1.0])
    run(first, 6)
    first.suggest("pending")
    first.save(str(tmp_path / "state.pkl"))
    again = ParetoSearch()
    again.restore(str(tmp_path / "state.pkl"))
    assert [again.suggest(f"n{i}") for i in range(2)] == [first.suggest(f"n{i}") for i in range(2)]
    assert again.trials.objectives == first.trials.objectives


def test_exhausted_space_waits_for_running_trials_and_ends(caplog):
    search = create(space=Space({"batch": Int(1, 2)}))
    for name in "ab":
        search.suggest(name)
    assert search.suggest("c") is None
    for name in "ab":
        search.on_trial_complete(name, error=True)
    assert search.suggest("d") == Searcher.FINISHED
    assert "widen the space" in caplog.text


# How a trial ends


@pytest.mark.parametrize(
    ("end", "state", "reason"),
    [
        ({"result": {"accuracy": 0.9, "latency": 0.1}}, "complete", ""),
        ({"result": {"accuracy": np.float32(0.9), "latency": np.array([0.1])}}, "complete", ""),
        ({"result": {"accuracy": float("nan"), "latency": 0.1}}, "failed", "not_finite"),
        ({"result": {"accuracy": 0.9, "latency": float("inf")}}, "failed", "not_finite"),
        ({"result": {"accuracy": 0.9}}, "failed", "crashed"),
        ({"result": {"accuracy": 0.9, "latency": "fast"}}, "failed", "crashed"),
        ({"result": {"accuracy": 0.9, "latency": None}}, "failed", "crashed"),
        ({"result": {"accuracy": 0.3, "latency": 0.1}}, "failed", "outside_limits"),
        ({"result": {"latency": 0.1, "reason": "out_of_memory"}}, "failed", "out_of_memory"),
        ({"result": {"accuracy": 0.9, "latency": 0.1, "reason": "unknown"}}, "complete", ""),
        ({"error": True}, "failed", "crashed"),
        ({}, "failed", "lost"),
    ],
)
def test_ended_trial_has_its_state_and_reason(end, state, reason):
    search = create(limits={"accuracy": 0.5})
    search.suggest("t")
    search.on_trial_complete("t", **end)
    assert (search.trials.states[0], search.trials.reasons[0]) == (state, reason)


def test_trial_that_ray_leaves_running_in_optuna_is_ended():
    optuna_search = OptunaSearch({"x": FloatDistribution(0, 1)}, METRICS, MODES)
    optuna_search.suggest("t")
    optuna_search.on_trial_complete("t", {"accuracy": float("nan"), "latency": 0.1})
    assert optuna_search._ot_study.trials[0].state.name == "RUNNING"
    search = create()
    search.suggest("t")
    search.on_trial_complete("t", {"accuracy": float("nan"), "latency": 0.1})
    assert not search.trials.is_pending.any()


def test_values_standard_errors_and_seconds_are_stored():
    search = create()
    search.suggest("t")
    final = {"accuracy": float("nan"), "latency": 0.1, "latency_se": 0.01, "accuracy_se": -1, "time_total_s": 7}
    search.on_trial_complete("t", final)
    np.testing.assert_equal(search.trials.values, [[np.nan, 0.1]])
    np.testing.assert_equal(search.trials.losses_se, [[np.nan, 0.01]])
    assert search.trials.durations.tolist() == [7.0]


def test_impossible_standard_error_is_logged_in_one_line(caplog):
    search = create()
    search.suggest("t")
    with caplog.at_level(logging.WARNING, "paretune"):
        search.on_trial_complete("t", {"accuracy": 0.9, "latency": 0.1, "accuracy_se": -1, "latency_se": None})
    (record,) = caplog.records
    assert record.getMessage() == ("a trial reported accuracy_se=-1; a standard error must be a number >= 0")
    assert np.isnan(search.trials.losses_se).all()


def test_penalty_is_learned_as_a_failure_and_logged_once(caplog):
    def penalized(search, name, config):
        if is_bad := config["batch"] == 64:
            search.on_trial_complete(name, {"accuracy": 0.0, "latency": 1e6})
        return is_bad

    def failing(search, name, config):
        if is_bad := config["batch"] == 64:
            search.on_trial_complete(name, error=True)
        return is_bad

    searches = create(n_startup_trials=8), create(n_startup_trials=8)
    with caplog.at_level(logging.WARNING, "paretune"):
        first, second = (run(search, 12, end) for search, end in zip(searches, (penalized, failing), strict=True))
    assert first == second
    (record,) = caplog.records
    assert "reported accuracy 0 and latency 1000000" in record.getMessage()


def test_missing_metric_is_logged_in_one_line(caplog):
    search = create()
    search.suggest("t")
    with caplog.at_level(logging.WARNING, "paretune"):
        search.on_trial_complete("t", {"accuracy": 0.9, "loss": 1.0})
    (record,) = caplog.records
    assert "without the metric latency" in record.getMessage()
    assert "\n" not in record.getMessage()


def test_lost_trial_does_not_change_the_search():
    with_lost, without = create(), create()
    run(without, 6)
    with_lost.suggest("withdrawn")
    with_lost.on_trial_complete("withdrawn")
    run(with_lost, 6)
    assert with_lost.trials[~with_lost.trials.is_lost].params == without.trials.params


def test_trial_stopped_by_a_scheduler_counts_with_its_last_result():
    search = create()
    config = search.suggest("t")
    search.on_trial_result("t", {"accuracy": 0.1, "latency": 9.0})
    search.on_trial_result("t", result(config))
    assert search.trials.is_pending.all()
    search.on_trial_complete("t")
    assert search.trials.values.tolist() == [[result(config)["accuracy"], result(config)["latency"]]]


def test_reported_reason_wins_over_a_later_error():
    search = create()
    search.suggest("t")
    search.on_trial_result("t", {"reason": "timed_out", "latency": 0.5})
    search.on_trial_complete("t", error=True)
    assert search.trials.reasons.tolist() == ["timed_out"]
    np.testing.assert_equal(search.trials.values, [[np.nan, 0.5]])


def test_failed_trial_that_runs_again_is_pending_until_it_ends():
    search = create()
    tuner = ConcurrencyLimiter(search, max_concurrent=2)
    config = tuner.suggest("old name")
    tuner.on_trial_complete("old name", error=True)
    final = {**result(config), "config/net/width": config["net"]["width"], "config/batch": config["batch"]}
    tuner.on_trial_result("new name", {**final, "config/epochs": 3})
    assert search.trials.is_pending.tolist() == [True]
    tuner.on_trial_complete("new name", final)
    assert search.trials.is_complete.tolist() == [True]


def test_unknown_trials_are_ignored():
    search = create()
    search.on_trial_result("unknown", {"accuracy": 1.0})
    search.on_trial_complete("unknown", {"accuracy": 1.0})
    assert len(search.trials) == 0


# Settings


def test_metric_mode_and_domains_can_come_from_the_tuner():
    search = ParetoSearch(seed=0)
    assert search.set_search_properties("loss", "min", {"x": tune.uniform(0, 1), "epochs": 3})
    assert list(search.suggest("t")) == ["x"]
    search.on_trial_complete("t", {"loss": 1.0})
    assert search.trials.objectives.names == ("loss",)


def test_own_settings_win_over_those_of_the_tuner():
    search = create()
    assert not search.set_search_properties("loss", "min", {"epochs": 3})
    assert search.trials.objectives.names == ("accuracy", "latency")
    assert search.trials.space is SPACE


def test_searcher_respects_a_concurrency_limit():
    search = create()
    limited = ConcurrencyLimiter(search, max_concurrent=2)
    assert [limited.suggest(name) is None for name in "abc"] == [False, False, True]
    limited.on_trial_complete("a", error=True)
    assert limited.suggest("d") is not None
    assert limited.suggest("e") is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"mode": ["max"]}, "each metric needs a mode"),
        ({"mode": ["max", "obs"]}, "each metric needs a mode, min or max"),
        ({"limits": {"loss": 1.0}}, "limits names 'loss', but the metrics are accuracy, latency"),
        ({"limits": {"accuracy": "high"}}, "the limit of accuracy must be a number, but is 'high'"),
        (
            {"space": {"x": tune.uniform(0, 1)}},
            "space must be a paretune.Space, but is a dict; give Ray",
        ),
        ({"reference_point": [1.0]}, "reference_point has 1 values, but"),
        ({"reference_point": 1.0}, "reference_point must be a list of one number per objective"),
        ({"points_to_evaluate": [{"depth": 32}]}, "points_to_evaluate[0]: unknown parameter 'depth'"),
        ({"points_to_evaluate": [{"batch": 0.5}]}, "points_to_evaluate[0]: batch must be"),
        ({"seed": -1}, "seed must be between"),
        ({"n_startup_trials": 0}, "n_startup_trials must be between"),
    ],
)
def test_invalid_argument_is_refused_before_anything_runs(arguments, message):
    with pytest.raises(InvalidInputError) as raised:
        ParetoSearch(**{"metric": METRICS, "mode": MODES, "space": SPACE, **arguments})
    assert str(raised.value).startswith(message)


def test_search_without_metrics_or_space_is_refused():
    with pytest.raises(InvalidInputError, match="ParetoSearch has no metrics: give it metric"):
        ParetoSearch(space=SPACE).suggest("t")
    with pytest.raises(InvalidInputError, match="ParetoSearch has no space to search"):
        ParetoSearch("loss", "min").suggest("t")


# The package


def run_code(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_paretune_does_not_import_ray():
    assert run_code("import sys, paretune, paretune.study, paretune.cli; print('ray' in sys.modules)") == "False\n"


def test_import_without_ray_tune_is_an_error_with_a_remedy():
    code = (
        "import sys; sys.modules['ray'] = None\n"
        "try:\n    import paretune.adapters.ray_tune\nexcept ImportError as error:\n    print(error)"
    )
    message = run_code(code)
    assert message.startswith('paretune.adapters.ray_tune needs Ray Tune: pip install "ray[tune]>=2.60"')
    assert message.count("\n") == 1
