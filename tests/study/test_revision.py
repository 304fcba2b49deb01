"""Tests of the revision of a stored study."""

from optuna.storages import InMemoryStorage

from paretune import Float, Maximize, Minimize, Objectives, Space
from paretune.evaluation.outcome import Outcome
from paretune.study.hosted_storage import HostedStorage

SPACE, OBJECTIVES = Space({"x": Float(0, 1)}), Objectives([Maximize("gain"), Minimize("cost")])


def test_revision_changes_with_trials_steps_and_settings(quiet_optuna):  # noqa: ARG001 (for its effect)
    study = HostedStorage(InMemoryStorage()).create("nets", SPACE, OBJECTIVES, {"searcher": "sobol", "n_trials": 3})
    seen = [study.revision()]
    for change in (
        lambda: study.claim({"x": 0.5}, {}),
        lambda: study.report(0, 1, {"gain": 0.1}),
        lambda: study.tell(0, Outcome.from_metrics({"gain": 1.0, "cost": 0.5}, OBJECTIVES)),
        lambda: study.enqueue({"x": 0.25}),
        study.stop,
        lambda: study.begin(n_trials=5),
    ):
        change()
        seen.append(study.revision())
    assert len(set(map(str, seen))) == len(seen)
    assert study.revision() == seen[-1]
