# /// script
# requires-python = ">=3.9"
# dependencies = ["sigopt==8.8.3", "urllib3<2"]
# ///
"""A user's program over the unmodified client: both of its interfaces, failures, and two suggestions at once.

It prints one line of JSON with what it saw.
"""

import json
import sys

import sigopt

PARAMETERS = [
    {"name": "rate", "type": "double", "bounds": {"min": 1e-4, "max": 1.0}, "transformation": "log"},
    {"name": "width", "type": "int", "bounds": {"min": 8, "max": 256}},
    {"name": "momentum", "type": "double", "bounds": {"min": 0, "max": 0.99}, "conditions": {"optimizer": ["sgd"]}},
    {"name": "batch", "type": "int", "grid": [16, 32, 64]},
    {
        "name": "decay",
        "type": "double",
        "bounds": {"min": 0, "max": 1},
        "prior": {"name": "beta", "shape_a": 2, "shape_b": 5},
    },
    {
        "name": "dropout",
        "type": "double",
        "bounds": {"min": 0, "max": 1},
        "prior": {"name": "normal", "mean": 0.3, "scale": 0.1},
    },
]
TERMS = [{"name": "dropout", "weight": 1}, {"name": "decay", "weight": 1}]
METRICS = [
    {"name": "accuracy", "objective": "maximize", "strategy": "optimize", "threshold": 0.2},
    {"name": "latency", "objective": "minimize", "strategy": "optimize"},
    {"name": "size", "objective": "minimize", "strategy": "constraint", "threshold": 200},
    {"name": "epochs", "strategy": "store"},
]
BUDGET = 8


def evaluate(assignments):
    """The metrics of a configuration."""
    rate, width = assignments["rate"], assignments["width"]
    return {"accuracy": 1 - abs(rate - 0.1), "latency": width * 1e-3, "size": float(width), "epochs": 12.0}


def run_core():
    """The loop of the core interface, with two open suggestions at a time, a failure and a dead worker."""
    connection = sigopt.Connection()
    experiment = connection.experiments().create(
        name="nets",
        parameters=PARAMETERS,
        metrics=METRICS,
        conditionals=[{"name": "optimizer", "values": ["sgd", "adam"]}],
        linear_constraints=[{"type": "less_than", "threshold": 0.8, "terms": TERMS}],
        observation_budget=BUDGET,
        parallel_bandwidth=2,
    )
    api = connection.experiments(experiment.id)
    queued = {"rate": 0.1, "width": 64, "batch": 32, "optimizer": "adam", "decay": 0.1, "dropout": 0.2}
    api.queued_suggestions().create(assignments=queued)
    first = api.suggestions().create()
    api.suggestions(api.suggestions().create().id).delete()  # of a worker that died
    api.observations().create(suggestion=first.id, failed=True, metadata={"reason": "out_of_memory"})
    while experiment.progress.observation_count < experiment.observation_budget:
        for suggestion in [api.suggestions().create(metadata={"host": "w1"}) for _ in range(2)]:
            found = [{"name": name, "value": value} for name, value in evaluate(suggestion.assignments).items()]
            api.observations().create(suggestion=suggestion.id, values=found)
        experiment = api.fetch()
    best = [dict(each.assignments) for each in api.best_assignments().fetch().iterate_pages()]
    observed = list(api.observations().fetch(limit=7).iterate_pages())
    return {
        "was_queued": dict(first.assignments) == queued,
        "observed": len(observed),
        "failed": [each.metadata["reason"] for each in observed if each.failed],
        "open": api.suggestions().fetch(state="open").count,
        "largest_sum": max(each.assignments["dropout"] + each.assignments["decay"] for each in observed),
        "best": len(best),
        "widths": [each["width"] for each in best],
    }


def run_module():
    """The loop of the newer module, with checkpoints, a failure and an exception."""
    experiment = sigopt.create_experiment(
        name="runs", type="random", parameters=PARAMETERS[:2], metrics=METRICS[:2], budget=4, parallel_bandwidth=1
    )
    for i, run in enumerate(experiment.loop()):
        try:
            with run:
                run.log_metadata("host", "w1")
                run.log_checkpoint({"accuracy": 0.1})
                if i == 1:
                    run.log_failure()
                assert i != 2, "diverged"
                for name, value in evaluate(run.params).items():
                    run.log_metric(name, value, stddev=0.01)
        except AssertionError:
            pass
    with sigopt.create_run(name="alone") as run:
        run.log_metric("loss", 0.5)
    return {
        "states": sorted(run.state for run in experiment.get_runs()),
        "best": len(list(experiment.get_best_runs())),
        "alone": sigopt.get_run(run.id).values["loss"].value,
    }


if __name__ == "__main__":
    sys.stdout.write("\n" + json.dumps({"core": run_core(), "module": run_module()}))
