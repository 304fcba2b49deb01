"""Plan a study: combine a workload, settings and what is stored already, before anything is created."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from paretune.app.resume import (
    Limits,
    check_limits,
    resume_data,
    resume_limits,
    resume_settings,
    stored_settings,
    with_added_options,
)
from paretune.app.run_options import RunOptions
from paretune.app.scheduler import check_scheduler
from paretune.app.source_names import check_study_name
from paretune.errors import InvalidInputError, StudyMismatchError
from paretune.objectives import Objectives
from paretune.searchers import RUN_SEARCHERS
from paretune.space import Space
from paretune.study import Study, hide_password, last_search, last_searcher_options, open_storage, read_facts
from paretune.workloads import Workload
from paretune.workloads.set_up import WorkloadSetup


@dataclass(frozen=True)
class StudyRequest:
    """A study that a user asks for.

    Args:
        workload_name: name of the workload, or path of a study file.
        workload: the workload of that name.
        study: name of the study.
        storage: path or URL of the storage.
        data_dir: folder with the workload's data, if the user named one.
        facts: additional facts that a stored study must have, too.
        limits: limits at least and at most, by objective; they replace the workload's limits or add to them.
        command: command line of the run, kept for the report.
        remedy: what to do if the stored study has other settings.
        tries_first: whether a new study begins with the first configurations of its workload.
    """

    workload_name: str
    workload: Workload
    study: str
    storage: str
    data_dir: Path | None
    facts: Mapping[str, Any] = field(default_factory=dict)
    limits: Limits = ({}, {})
    command: str = ""
    remedy: str = "choose another --study, or leave it out"
    tries_first: bool = True


@dataclass(frozen=True)
class StudyPlan:
    """A study that can be created or resumed.

    Args:
        name: name of the study.
        storage: the open storage, of Optuna's.
        space: parameters to search.
        objectives: objectives with their limits.
        facts: facts that a stored study must have, too.
        command: command line of the run; the study keeps it without passwords.
    """

    name: str
    storage: Any
    space: Space
    objectives: Objectives
    facts: Mapping[str, Any]
    command: str

    def last_search(self, searcher: str | None = None) -> tuple[str, int, dict[str, Any]]:
        """A searcher, by default that of the study's last run, and the seed and the options that it had there."""
        last_searcher, last_seed = last_search(self.storage, self.name) or ("bayes", 0)
        if searcher is not None and searcher != last_searcher:
            return searcher, 0, {}
        return last_searcher, last_seed, last_searcher_options(self.storage, self.name)

    def open(
        self,
        searcher: str | None = None,
        seed: int | None = None,
        searcher_options: Mapping[str, Any] | None = None,
    ) -> Study:
        """Create or resume the study.

        Args:
            searcher: name of the searcher; by default that of the study's last run, or ``bayes``.
            seed: seed of the search; by default that of the last run with the same searcher, or 0.
            searcher_options: options of the searcher; the others are those of the last run with the same searcher.

        Raises:
            InvalidInputError: the searcher has no such option, or a value is wrong.
        """
        searcher, last_seed, kept = self.last_search(searcher)
        return Study(
            self.space,
            self.objectives,
            storage=self.storage,
            name=self.name,
            searcher=searcher,
            seed=last_seed if seed is None else seed,
            searcher_options={**kept, **(searcher_options or {})},
            facts=self.facts,
            command=hide_password(self.command),
        )


def study_name(given: str | None, default: str) -> str:
    """Return the name of a study: the given one, or the default.

    Raises:
        InvalidInputError: the given name is empty, or the name means a CSV file.
    """
    if given is not None and not given.strip():
        raise InvalidInputError("--study is empty (is a shell variable not set?): give a name, or leave it out")
    return check_study_name(default if given is None else given, "give another name with --study")


def open_study(request: StudyRequest, settings: Mapping[str, Any], options: RunOptions) -> tuple[Study, WorkloadSetup]:
    """Create or resume a study; return it with what sets a worker up.

    Raises:
        InvalidInputError: see `plan_study`; or the options of the run have a scheduler that does not fit the workload.
        StudyMismatchError: see `plan_study`.
    """
    plan, set_up = plan_study(request, settings)
    if options.scheduler != "none" or options.budget is not None:
        evaluate = request.workload.prepare(set_up.options, request.data_dir).evaluate_for(set_up.objectives)
        check_scheduler(options, request.workload, set_up.options, evaluate)
    searcher_options = _searcher_options(plan, request, set_up, options)
    is_new = read_facts(plan.storage, request.study) is None
    transferred = _find_transferred(plan, options.warm_start) if is_new and options.warm_start else []
    study = plan.open(options.searcher, options.seed, searcher_options)
    if is_new and request.tries_first:
        for params in [*request.workload.first_configurations(plan.space, plan.facts["fixed"]), *transferred]:
            study.enqueue(params)
    return study, set_up


def _searcher_options(
    plan: StudyPlan, request: StudyRequest, set_up: WorkloadSetup, options: RunOptions
) -> dict[str, Any]:
    """The given options of the searcher, and those that follow from the workload."""
    searcher, _, kept = plan.last_search(options.searcher)
    if searcher not in RUN_SEARCHERS:
        return options.searcher_options
    from paretune.app.population import check_evaluation, complete_options

    found = {**kept, **options.searcher_options}
    found = complete_options(found, options, request.workload, set_up.options, plan.space)
    prepared = request.workload.prepare(set_up.options, request.data_dir)
    check_evaluation(request.workload, prepared.evaluate_for(set_up.objectives))
    return found


def _find_transferred(plan: StudyPlan, names: Sequence[str]) -> list[dict[str, Any]]:
    from paretune.app.transfer import find_transferred  # loads reports, which other runs do not need

    return find_transferred(plan, names)


def tailor_request(request: StudyRequest, settings: Mapping[str, Any]) -> StudyRequest:
    """Return the request with the space and the objectives that the workload has with these settings.

    Options that are not given have the values of the stored study, if there is one.

    Raises:
        InvalidInputError: a setting is wrong.
        DataError: the data that the options name cannot be read.
    """
    workload = request.workload
    if workload.tailor is None:
        return request
    stored = read_facts(open_storage(request.storage), request.study) or {}
    kept = stored_settings(stored) if stored.get("workload") == workload.name else {}
    options = workload.parse_settings({**kept, **settings}).options
    return replace(request, workload=workload.tailor(options, request.data_dir))


def plan_study(request: StudyRequest, settings: Mapping[str, Any]) -> tuple[StudyPlan, WorkloadSetup]:
    """Plan a study; return the plan with what sets a worker up.

    Args:
        request: the study that a user asks for.
        settings: options, fixed parameters and ranges by name. A stored study keeps the settings that are not given.

    Raises:
        InvalidInputError: a setting is wrong.
        StudyMismatchError: the stored study has another workload, other settings or other data.
    """
    workload, storage = request.workload, open_storage(request.storage)
    stored = read_facts(storage, request.study)
    if stored is not None:
        _check_workload(stored, request)
        stored = with_added_options(stored, workload.options)
        workload.parse_settings(settings)  # raises if a name is misspelt
        _check_limits(stored, request)
        settings = resume_settings(stored, settings, request.study, request.remedy)
    options, fixed, ranges = workload.parse_settings(settings)
    limits = resume_limits(workload.objectives.limits_by_name, request.limits, (stored or {}).get("limits", {}))
    found = workload.prepare(options, request.data_dir).data
    data = None if found is None else asdict(found)
    facts = {
        "workload": workload.name,
        "options": options,
        "fixed": fixed,
        **({"ranges": ranges} if ranges else {}),
        **({"limits": limits} if any(limits.values()) else {}),
        "data": data if stored is None else resume_data(request.study, stored.get("data"), data),
        **workload.facts,
        **request.facts,
    }
    objectives = workload.objectives.with_limits(**limits)
    space = workload.search_space(fixed, ranges)
    plan = StudyPlan(request.study, storage, space, objectives, facts, request.command)
    return plan, WorkloadSetup(request.workload_name, options, objectives, request.data_dir)


def _check_workload(stored: Mapping[str, Any], request: StudyRequest) -> None:
    if stored.get("workload") != request.workload.name:
        raise StudyMismatchError(
            f"study {request.study!r} was made for {stored.get('workload', 'something else')}, "
            f"not for {request.workload.name}: choose another --study"
        )


def _check_limits(stored: Mapping[str, Any], request: StudyRequest) -> None:
    objectives = request.workload.objectives.with_limits(**stored.get("limits", {"at_least": {}, "at_most": {}}))
    objectives.with_limits(*request.limits)  # raises if a name is misspelt
    check_limits(objectives.limits_by_name, request.limits, request.study, request.remedy)
