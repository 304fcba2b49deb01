"""Write what runs of SigOpt log, and the outcomes that they give to trials. All run in the thread that writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paretune.errors import InvalidInputError
from paretune.server.sigopt.experiment import Experiment
from paretune.server.sigopt.observation import OBSERVATION_NOTES, notes_with_ids
from paretune.server.sigopt.open_experiments import OpenExperiment
from paretune.server.sigopt.run import merge_run, run_outcome
from paretune.server.sigopt.suggestion import SUGGESTION, by_suggestion, pending_trial
from paretune.study.documents import Document, DocumentStore
from paretune.study.hosted_trials import TrialRecord

_JUDGED = ("state", "values", "assignments", "deleted")  # fields that change a trial


def change_run(
    documents: DocumentStore,
    document: Document,
    found: OpenExperiment | None,
    fields: Mapping[str, Any],
    *,
    replaces: bool,
) -> Document:
    """Change a run, and the trial that it evaluates.

    Args:
        documents: the documents of the service.
        document: of the run.
        found: the experiment; None for a run without one.
        fields: as `read_run` returns them.
        replaces: see `merge_run`.

    Raises:
        InvalidInputError: an assignment does not fit the experiment; the message names it.
    """
    if found is not None:
        check_assignments(found.experiment, fields.get("assignments", {}))

    def change(body: Mapping[str, Any]) -> dict[str, Any]:
        merged = merge_run(body, fields, replaces=replaces)
        if found is not None and merged["state"] != "active":
            run_params(found.experiment, merged)  # raises before anything is written
        return merged

    label = fields.get("project")
    changed = documents.change(document, change, label)
    if found is not None and any(name in fields for name in _JUDGED):
        settle_run(found, changed.body)
    return changed


def settle_run(found: OpenExperiment, run: Mapping[str, Any]) -> None:
    """Bring the trial of a run to the state of the run.

    A run that has completed or failed gives its trial the outcome; a deleted one has no trial.
    """
    key = run[SUGGESTION]
    live = [record for record in by_suggestion(found.trials.records()).get(key, []) if not record.is_dropped]
    if run["deleted"]:
        for record in live:
            found.trials.drop(record)
    elif run["state"] == "active":
        if not live:
            found.trials.claim(run_params(found.experiment, run), {SUGGESTION: key})
    else:
        _end(found, run, live)


def run_params(experiment: Experiment, run: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration of a run, without what else it logged.

    Raises:
        InvalidInputError: it does not fit the experiment.
    """
    space = experiment.space
    try:
        return space.check({name: value for name, value in run["assignments"].items() if name in space})
    except InvalidInputError as error:
        raise InvalidInputError(f"assignments: {error}") from None


def check_assignments(experiment: Experiment, assignments: Mapping[str, Any]) -> None:
    """Check those assignments that are parameters of the experiment.

    Raises:
        InvalidInputError: one is out of its range.
    """
    space = experiment.space
    for name, value in assignments.items():
        if name in space and value is not None:
            space[name].check(f"assignments.{name}", value)


def _end(found: OpenExperiment, run: Mapping[str, Any], live: list[TrialRecord]) -> None:
    params, outcome = run_params(found.experiment, run), run_outcome(run, found.experiment)
    metadata = {name: value for name, value in run["metadata"].items() if value is not None}
    notes = {SUGGESTION: run[SUGGESTION], OBSERVATION_NOTES: metadata}
    pending = pending_trial(live)
    if pending is not None and pending.params == params:
        found.trials.tell(pending.number, outcome, {**pending.notes, **notes})
    elif pending is not None:
        found.trials.replace(pending, params, outcome, notes)
        found.trials.drop(pending)
    elif live:
        found.trials.replace(live[-1], params, outcome, {**notes_with_ids(live[-1]), **notes})
    else:
        found.trials.add([(params, outcome, notes)])
