"""The numbers of report.json, computed again from the exported CSV by other libraries."""

import io
import itertools
import json
from dataclasses import replace

import moocore
import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm, rankdata, t
from sklearn.ensemble import RandomForestRegressor
from sklearn.metrics import r2_score, roc_auc_score
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_predict

from paretune.confidence import shrunk_draws
from paretune.figures import importance_view
from paretune.reports import summarize, to_json

LEVELS = [0.025, 0.975]
WIDER_OF_THREE = np.sqrt(3 / 2) * t.ppf(0.975, 2) / norm.ppf(0.975)


def exported(run):
    return pd.read_csv(io.StringIO(run.trials.to_frame().to_csv(index=False)))


def counted(table):
    """Losses of the trials that count, NaN where one failed."""
    table = table[(table.state != "pending") & (table.reason != "lost")]
    losses = np.column_stack([-table.accuracy, table.time])
    losses[(table.state != "complete").to_numpy()] = np.nan
    return losses


def known(losses):
    return losses[~np.isnan(losses[:, 0])]


def front(losses):
    return {tuple(point) for point in known(losses)[moocore.is_nondominated(known(losses))]}


def volume(losses, corner):
    return moocore.hypervolume(known(losses), ref=corner)


def share(ours, theirs):
    union = front(np.vstack([ours, theirs]))
    return len(union & front(ours)) / len(union)


def covered(ours, theirs):
    beaten = [any((p <= np.array(q)).all() for p in known(ours)) for q in front(theirs)]
    return np.mean(beaten)


def corner_of(tables):
    """The limit of accuracy; the slowest complete trial and a tenth of the range."""
    times = pd.concat([table[table.state == "complete"].time for table in tables])
    return np.array([-0.3, times.max() + 0.1 * (times.max() - times.min())])


@pytest.fixture(scope="module")
def content(summary):
    return json.loads(to_json(summary))


def test_counts_and_failures_equal_those_of_the_export(run, content):
    table = exported(run)
    failed = table[(table.state == "failed") & (table.reason != "lost")]
    (counts,) = content["counts"]
    assert counts == {
        "run": "a <study>",
        "trials": len(table),
        "complete": (table.state == "complete").sum(),
        "failed": len(failed),
        "pending": (table.state == "pending").sum(),
        "lost": (table.reason == "lost").sum(),
        "unfit": 0,
        "efficient": len(content["efficient"]),
        "failures": failed.reason.value_counts().to_dict(),
    }
    assert min(counts["complete"], counts["failed"], counts["pending"], counts["lost"]) > 0


def test_efficient_configurations_have_errors_and_parameters(run, content):
    table = exported(run)
    good = table[table.state == "complete"]
    best = good[moocore.is_nondominated(np.column_stack([-good.accuracy, good.time]))]
    best = best.sort_values("accuracy", ascending=False)
    expected = [
        {
            "run": "a <study>",
            "number": row.number,
            "values": {"accuracy": {"value": row.accuracy, "se": None}, "time": {"value": row.time, "se": row.time_se}},
            "params": row[["x", "kind", "y"]].dropna().to_dict(),
        }
        for _, row in best.iterrows()
    ]
    assert [{key: found[key] for key in expected[0]} for found in content["efficient"]] == expected
    scaled = np.column_stack([-best.accuracy, best.time])
    scaled = (scaled - scaled.min(axis=0)) / np.ptp(scaled, axis=0)
    assert content["knee"] == content["efficient"][np.argmin((scaled**2).sum(axis=1))]


def test_hypervolume_and_reference_equal_those_of_moocore(run, content):
    table = exported(run)
    corner = corner_of([table])
    assert content["hypervolume"]["value"] == pytest.approx(volume(counted(table), corner))
    assert content["hypervolume"]["reference"] == {
        "accuracy": {"value": 0.3, "source": "limit"},
        "time": {"value": pytest.approx(corner[1]), "source": "nadir"},
    }


def test_probabilities_and_optimism_come_from_shrunk_draws(run, content):
    table = exported(run)
    good = table[table.state == "complete"]
    measured = np.column_stack([-good.accuracy, good.time])
    draws = shrunk_draws(run.trials, 1000, seed=0)
    is_efficient = np.array([moocore.is_nondominated(draw, keep_weakly=True) for draw in draws])
    probability = dict(zip(good.number, is_efficient.mean(axis=0), strict=True))
    for found in content["efficient"]:
        assert found["probability_efficient"] == pytest.approx(probability[found["number"]])
    assert len({found["probability_efficient"] for found in content["efficient"]}) > 1
    front = moocore.is_nondominated(measured)
    shift = (draws - measured)[:, front].mean(axis=1)
    optimism = content["looks_better"]
    assert optimism["values"]["time"]["value"] == pytest.approx(shift[:, 1].mean())
    assert [optimism["values"]["time"][end] for end in ("low", "high")] == pytest.approx(
        np.quantile(shift[:, 1], LEVELS)
    )
    assert optimism["values"]["accuracy"] == {"value": 0, "low": 0, "high": 0}
    assert optimism["taken_as_exact"] == ["accuracy"]
    corner = corner_of([table])
    less = [volume(measured, corner) - volume(draw, corner) for draw in draws]
    assert optimism["hypervolume"]["value"] == pytest.approx(np.mean(less), abs=1e-9)
    assert [optimism["hypervolume"][end] for end in ("low", "high")] == pytest.approx(np.quantile(less, LEVELS))


def test_importances_equal_those_of_picture_and_agree_with_scikit_learn(run, content):
    drawn, table = importance_view(run.trials), exported(run)
    table = table[(table.state != "pending") & (table.reason != "lost")]
    forest = RandomForestRegressor(100, min_samples_leaf=2, max_features=0.5, random_state=0)
    X = np.column_stack([table.x, table.kind == "a|<b>", table.y.fillna(-1)])
    assert content["importance"].keys() == {"accuracy", "time", "failing"}
    for outcome, found in content["importance"].items():
        assert found["parameters"].keys() == run.trials.space.keys()
        assert [each["value"] for each in found["parameters"].values()] == drawn.outcomes[outcome].mean.tolist()
        y = (table.state == "failed") if outcome == "failing" else table[outcome] * (-1) ** (outcome == "accuracy")
        is_known = y.notna().to_numpy()
        ranks = y[is_known].astype(float) if outcome == "failing" else rankdata(y[is_known])
        folds = (StratifiedKFold if outcome == "failing" else KFold)(5, shuffle=True, random_state=0)
        predicted = cross_val_predict(forest, X[is_known], ranks, cv=folds)
        assert found["r2"] == pytest.approx(r2_score(ranks, predicted), abs=found["r2_se"])
        assert found["n_trials"] == is_known.sum()
        auc = pytest.approx(roc_auc_score(ranks, predicted), abs=0.05) if outcome == "failing" else None
        assert found["auc"] == auc


def test_few_trials_have_no_importances(run):
    assert json.loads(to_json(summarize(replace(run, trials=run.trials[:9]))))["importance"] is None


def test_report_has_names_and_objectives(content):
    assert content["study"] == "a <study>"
    assert content["comparison"] is None
    assert content["objectives"] == {
        "accuracy": {"goal": "maximize", "at_least": 0.3},
        "time": {"goal": "minimize", "unit": "s"},
    }
    assert content["headline"].startswith("Of 38 trials, 6 configurations are efficient")


def test_comparison_of_single_runs_has_expected_values(runs, single_runs):
    ours, theirs = (side[0] for side in runs)
    content = json.loads(to_json(single_runs))["comparison"]
    tables = [exported(run) for run in (ours, theirs)]
    corner = corner_of(tables)
    full, longer = (counted(table) for table in tables)
    budget = min(len(full), len(longer))
    short = longer[:budget]

    volumes = [volume(losses, corner) for losses in (full, short)]
    reached = [
        k for k in range(1, len(longer) + 1) if len(known(longer[:k])) and volume(longer[:k], corner) >= volumes[0]
    ]
    expected = {
        "merged_front_share": share(full, short),
        "baseline_merged_front_share": share(short, full),
        "merged_front_share_unequal": share(full, longer),
        "baseline_merged_front_share_unequal": share(longer, full),
        "coverage": covered(full, short),
        "baseline_coverage": covered(short, full),
        "hypervolume": volumes[0],
        "baseline_hypervolume": volumes[1],
        "hypervolume_difference": volumes[0] - volumes[1],
        "feasible_share": len(known(full)) / len(full),
        "baseline_feasible_share": len(known(longer)) / len(longer),
    }
    assert {name: content[name]["value"] for name in expected} == pytest.approx(expected)
    match = content["evaluations_to_match"]
    assert match["observed"] == (reached[0] if reached else None)
    assert match["low"] <= (reached[0] if reached else len(longer)) / len(full)
    assert match["value"] == (reached[0] / len(full) if reached else None)
    assert match["searched"] == len(longer) / len(full)
    assert (content["budget"], content["n_trials"], content["baseline_n_trials"]) == (budget, len(full), len(longer))
    assert (content["n_runs"], content["baseline_n_runs"]) == (1, 1)


def test_comparison_of_several_runs_has_expected_intervals(runs, several_runs):
    content = json.loads(to_json(several_runs))["comparison"]
    tables = [[exported(run) for run in side] for side in runs]
    corner = corner_of([*tables[0], *tables[1]])
    ours, theirs = ([counted(table) for table in side] for side in tables)
    n, n_theirs = (min(map(len, side)) for side in (ours, theirs))
    ours, theirs = [run[:n] for run in ours], [run[:n_theirs] for run in theirs]
    short = [run[:n] for run in theirs]

    rng = np.random.default_rng(1)
    picks = rng.integers(3, size=(2, 20000, 3))
    pairs = {
        "merged_front_share": np.array([[share(a, b) for b in short] for a in ours]),
        "baseline_merged_front_share": np.array([[share(b, a) for b in short] for a in ours]),
        "merged_front_share_unequal": np.array([[share(a, b) for b in theirs] for a in ours]),
        "coverage": np.array([[covered(a, b) for b in short] for a in ours]),
        "baseline_coverage": np.array([[covered(b, a) for b in short] for a in ours]),
    }
    for name, table in pairs.items():
        drawn = table[picks[0][:, :, None], picks[1][:, None, :]].mean(axis=(1, 2))
        assert_estimate(content[name], table.mean(), of_three(drawn, table.mean(), most=1))
    shares = {
        "feasible_share": [len(known(run)) / n for run in ours],
        "baseline_feasible_share": [len(known(run)) / n_theirs for run in theirs],
    }
    for name, numbers in shares.items():
        drawn = np.array(numbers)[picks[0]].mean(axis=1)
        assert_estimate(content[name], np.mean(numbers), of_three(drawn, np.mean(numbers), most=1))
    volumes = [np.array([volume(run, corner) for run in side]) for side in (ours, short)]
    drawn = [of_three(side[p].mean(axis=1), side.mean()) for side, p in zip(volumes, picks, strict=True)]
    better = drawn[0] - drawn[1]
    assert_estimate(content["hypervolume"], volumes[0].mean(), drawn[0])
    assert_estimate(content["baseline_hypervolume"], volumes[1].mean(), drawn[1])
    assert_estimate(content["hypervolume_difference"], volumes[0].mean() - volumes[1].mean(), better)
    assert content["probability_better"] == pytest.approx(np.where(better == 0, 0.5, better > 0).mean(), abs=0.04)
    assert (content["n_runs"], content["n_trials"], content["baseline_n_trials"]) == (3, n, n_theirs)


def of_three(drawn, mean, most=np.inf):
    """Means of three drawn runs, as widely spread as three runs leave a mean uncertain: Student's t."""
    return np.clip(mean + WIDER_OF_THREE * (drawn - mean), 0, most)


def assert_estimate(content, value, drawn):
    """The same value; an interval that agrees within what another seed of 1,000 resamples may change."""
    assert content["value"] == pytest.approx(value)
    low, high = np.quantile(drawn, LEVELS)
    near = 0.12 * np.ptp(drawn) + 1e-12
    assert content["low"] == pytest.approx(min(low, value), abs=near)
    assert content["high"] == pytest.approx(max(high, value), abs=near)


def test_trials_to_match_of_several_runs_are_those_of_the_mean(runs, several_runs):
    content = json.loads(to_json(several_runs))["comparison"]["evaluations_to_match"]
    tables = [[exported(run) for run in side] for side in runs]
    corner = corner_of([*tables[0], *tables[1]])
    ours, theirs = ([counted(table) for table in side] for side in tables)
    n, n_theirs = (min(map(len, side)) for side in (ours, theirs))
    targets = [volume(run[:n], corner) for run in ours]
    histories = np.array(
        [[volume(run[:k], corner) if len(known(run[:k])) else 0.0 for k in range(1, n_theirs + 1)] for run in theirs]
    )

    def needed(target, history):
        return next((k for k, v in enumerate(history, 1) if v >= target * (1 - 1e-9)), None)

    def history_of(picks):
        mean = histories.mean(axis=0)
        return np.maximum.accumulate(of_three(histories[list(picks)].mean(axis=0), mean))

    observed = needed(np.mean(targets), histories.mean(axis=0))
    drawn = [
        needed(of_three(np.mean([targets[i] for i in a]), np.mean(targets)), history_of(b))
        for a, b in itertools.product(itertools.product(range(3), repeat=3), repeat=2)
    ]
    reached = np.mean([count is not None for count in drawn])
    times = np.array([n_theirs if count is None else count for count in drawn]) / n
    assert content["observed"] == observed
    assert content["reached"] == pytest.approx(reached, abs=0.06)
    least, most = np.quantile(times, [0.01, 0.045])  # the percentile that a thousand draws may take for the 2.5th
    ceiling = (observed or n_theirs) / n
    assert min(least, ceiling) - 0.12 <= content["low"] <= min(most, ceiling) + 0.12
    assert content["value"] == (observed and pytest.approx(observed / n))
    if observed is None or reached < LEVELS[1]:
        assert content["high"] is None
    else:
        assert content["high"] == pytest.approx(np.quantile(times, LEVELS[1]), abs=0.12)


def test_infinite_numbers_are_null(summary):
    text = to_json(summary)
    assert "NaN" not in text
    assert "Infinity" not in text
    json.loads(text, parse_constant=pytest.fail)
