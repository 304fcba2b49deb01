"""An oracle for reports: it computes their numbers again from the trial files, with NumPy and moocore only."""

import gzip
import io
import itertools
import json

import moocore
import numpy as np
import pandas as pd


class TrialFile:
    """The trials of a file as a report counts them. Trials outside a limit have failed."""

    def __init__(self, path, objectives):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            table = pd.read_csv(io.StringIO(file.read())).sort_values("number")
        self.table = table[(table.state != "pending") & (table.reason != "lost")].reset_index(drop=True)
        signs = np.array([-1.0 if report["goal"] == "maximize" else 1.0 for report in objectives.values()])
        limits = [report.get("at_least", report.get("at_most", np.nan)) for report in objectives.values()]
        losses = self.table[list(objectives)].to_numpy(float) * signs
        outside = (losses > np.array(limits) * signs).any(axis=1)
        self.complete = (self.table.state == "complete").to_numpy() & ~outside
        self.losses = np.where(self.complete[:, None], losses, np.nan)
        reasons = np.where((self.table.state == "complete") & outside, "outside_limits", self.table.reason)
        self.failures = {str(k): int(v) for k, v in pd.Series(reasons[~self.complete]).value_counts().items()}


def points(losses):
    return losses[~np.isnan(losses).any(axis=1)]


def front(losses):
    """Return the distinct points that no other point dominates."""
    distinct = np.unique(points(losses), axis=0)
    return distinct[moocore.is_nondominated(distinct)] if len(distinct) else distinct


def merged(ours, theirs):
    """Return each side's share of the merged front and its coverage of the other front; NaN for an empty front."""
    ours, theirs = front(ours), front(theirs)
    union = front(np.vstack([ours, theirs]))
    is_in = [share((union[:, None] == side[None]).all(axis=2).any(axis=1)) for side in (ours, theirs)]
    covers = [share((a[None] <= b[:, None]).all(axis=2).any(axis=1)) for a, b in ((ours, theirs), (theirs, ours))]
    return np.array([*is_in, *covers])


def share(marks):
    return marks.mean() if len(marks) else np.nan


def mean_of_known(rows):
    """Return the mean of each column without NaN; NaN if all values are NaN."""
    return np.array([np.mean(known) if len(known := c[~np.isnan(c)]) else np.nan for c in np.transpose(rows)])


def volume(losses, corner):
    inside = points(losses)
    return moocore.hypervolume(inside, ref=corner) if len(inside) else 0.0


def reference_point(objectives, tables):
    """Return the reference point and the signs. Without a limit, it is a tenth of the range beyond the worst point."""
    known = np.vstack([points(table.losses) for table in tables])
    worst = known.max(axis=0) + 0.1 * np.ptp(known, axis=0) if len(known) else np.ones(len(objectives))
    signs = np.array([-1.0 if report["goal"] == "maximize" else 1.0 for report in objectives.values()])
    limits = np.array([report.get("at_least", report.get("at_most", np.nan)) for report in objectives.values()]) * signs
    return np.where(np.isnan(limits), worst, limits), signs


def evaluations_to_match(ours, theirs, corner):
    """Return the number of trials after which the baseline reaches the candidate's hypervolume, or None."""
    target = np.mean([volume(run, corner) for run in ours])
    for k in range(1, len(theirs[0]) + 1):
        if np.mean([volume(run[:k], corner) for run in theirs]) >= target * (1 - 1e-9):
            return k
    return None


def check_report(folder, results):
    """Check ``report.json`` of a folder against trial files, and return its content."""
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    objectives, comparison = report["objectives"], report["comparison"]
    tables = {counts["run"]: TrialFile(results / f"{counts['run']}.csv.gz", objectives) for counts in report["counts"]}
    for counts in report["counts"]:
        table = tables[counts["run"]]
        assert counts["complete"] == table.complete.sum()
        assert counts["failed"] == (~table.complete).sum()
        known = table.losses[~np.isnan(table.losses).any(axis=1)]
        assert counts["efficient"] == (moocore.is_nondominated(known, keep_weakly=True).sum() if len(known) else 0)
        assert counts["failures"] == table.failures
    names = list(tables)
    ours, theirs = names[: comparison["n_runs"]], names[comparison["n_runs"] :]
    assert len(theirs) == comparison["baseline_n_runs"]
    corner, signs = reference_point(objectives, tables.values())
    reference = [report["hypervolume"]["reference"][name]["value"] for name in objectives]
    np.testing.assert_allclose(np.array(reference) * signs, corner, rtol=1e-9)
    check_efficient(report, {name: tables[name] for name in ours}, corner)
    check_comparison(comparison, *([tables[name] for name in side] for side in (ours, theirs)), corner)
    check_trained_again(report, tables, results)
    check_undominated(report, signs, ours)
    return report


def check_efficient(report, tables, corner):
    pooled = np.vstack([table.losses for table in tables.values()])
    keys = [(run, int(n)) for run, table in tables.items() for n in table.table.number]
    is_known = ~np.isnan(pooled).any(axis=1)
    is_efficient = np.zeros(len(pooled), bool)
    is_efficient[is_known] = moocore.is_nondominated(pooled[is_known], keep_weakly=True)
    assert {(e["run"], e["number"]) for e in report["efficient"]} == {keys[i] for i in np.flatnonzero(is_efficient)}
    for found in report["efficient"]:
        table = tables[found["run"]].table.set_index("number")
        for name, value in found["values"].items():
            assert value["value"] == table.loc[found["number"], name]
    np.testing.assert_allclose(report["hypervolume"]["value"], volume(pooled, corner), rtol=1e-9)


def check_comparison(comparison, ours, theirs, corner):
    cut = [min(len(table.losses) for table in side) for side in (ours, theirs)]
    assert cut == [comparison["n_trials"], comparison["baseline_n_trials"]]
    runs = [[table.losses[:n] for table in side] for side, n in zip((ours, theirs), cut, strict=True)]
    equal = [[run[: min(cut)] for run in side] for side in runs]
    unequal_shares = mean_of_known([merged(*pair) for pair in itertools.product(*runs)])
    shares = mean_of_known([merged(*pair) for pair in itertools.product(*equal)])
    volumes = [np.mean([volume(run, corner) for run in side]) for side in equal]
    feasible = [np.mean([(~np.isnan(run[:, 0])).mean() for run in side]) for side in runs]
    expected = {
        "merged_front_share_unequal": unequal_shares[:2],
        "merged_front_share": shares[:2],
        "coverage": shares[2:],
        "hypervolume": volumes,
        "feasible_share": feasible,
    }
    for name, pair in expected.items():
        for prefix, value in zip(("", "baseline_"), pair, strict=True):
            found = np.array(comparison[f"{prefix}{name}"]["value"], float)  # NaN if it is not known
            np.testing.assert_allclose(found, value, rtol=1e-9, err_msg=name)
    assert comparison["evaluations_to_match"]["observed"] == evaluations_to_match(*runs, corner)


def check_trained_again(report, tables, results):
    for found in report["trained_again"]:
        before = tables[found["run"]].table.set_index("number").loc[found["number"]]
        again = pd.read_csv(results / f"{found['run']}-refit.csv.gz")
        (after,) = (row for _, row in again.iterrows() if all(row[k] == v for k, v in found["params"].items()))
        for name in found["before"]:
            assert found["before"][name]["value"] == before[name]
            assert found["again"][name]["value"] == after[name]


def check_undominated(report, signs, ours):
    """Check the number of undominated retrained configurations by a comparison of all pairs."""
    assert (report["stands"] is None) == (not any(found["run"] in ours for found in report["trained_again"]))
    if report["stands"] is None:
        return
    sides = {"candidate": [], "baseline": []}
    for found in report["trained_again"]:
        values = [np.nan if found["reason"] else again["value"] for again in found["again"].values()]
        sides["candidate" if found["run"] in ours else "baseline"].append(np.array(values) * signs)
    rivals = {"candidate": sides["baseline"] or sides["candidate"], "baseline": sides["candidate"]}
    for name, points in sides.items():
        standing = [
            point
            for point in points
            if not np.isnan(point).any()
            and not any((other <= point).all() and (other < point).any() for other in rivals[name])
        ]
        assert report["stands"][name] == {"n": len(points), "n_standing": len(standing)}
