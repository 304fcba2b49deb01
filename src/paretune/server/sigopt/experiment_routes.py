"""Routes of SigOpt for experiments, and for what is known of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from paretune.errors import InvalidInputError
from paretune.server.api.access import ServiceOf
from paretune.server.security.refusal import RefusalError
from paretune.server.sigopt.access import (
    AiExperimentOf,
    BodyOf,
    CoreExperimentOf,
    ExperimentOf,
    ExperimentsOf,
    QueryOf,
    answer,
)
from paretune.server.sigopt.experiment import change_experiment, read_experiment
from paretune.server.sigopt.fields import read_choice
from paretune.server.sigopt.importances import ImportanceJob, compute_importances
from paretune.server.sigopt.open_experiments import Experiments
from paretune.server.sigopt.paging import PAGING, check_query, choose_fields, describe_page
from paretune.server.sigopt.results import (
    MIN_PER_PARAMETER,
    best_trials,
    describe_best,
    describe_importances,
    describe_stopping,
)

router = APIRouter(prefix="/v1", include_in_schema=False)
_LIST_WORDS = (*PAGING, "state", "search", "user", "development", "include_ai", "period_start", "period_end")


@router.post("/experiments")
@router.post("/clients/1/experiments")
async def create_experiment(body: BodyOf, experiments: ExperimentsOf) -> Response:
    """Create an experiment of the core interface."""
    return answer(await experiments.describe(await experiments.create(read_experiment(body))))


@router.post("/clients/1/projects/{project}/aiexperiments")
async def create_ai_experiment(project: str, body: BodyOf, experiments: ExperimentsOf) -> Response:
    """Create an experiment of the newer module."""
    experiment = read_experiment(body, project, is_ai=True)
    return answer(await experiments.describe(await experiments.create(experiment)))


@router.get("/experiments")
@router.get("/clients/1/experiments")
async def list_experiments(query: QueryOf, experiments: ExperimentsOf) -> Response:
    """List the experiments of the core interface."""
    return await _list(experiments, query, is_ai=False)


@router.get("/clients/1/projects/{project}/experiments")
async def list_project_experiments(project: str, query: QueryOf, experiments: ExperimentsOf) -> Response:
    """List the experiments of a project and of the core interface."""
    return await _list(experiments, query, is_ai=False, project=project)


@router.get("/aiexperiments")
async def list_ai_experiments(query: QueryOf, experiments: ExperimentsOf) -> Response:
    """List the experiments of the newer module."""
    return await _list(experiments, query, is_ai=True)


@router.get("/clients/1/projects/{project}/aiexperiments")
async def list_project_ai_experiments(project: str, query: QueryOf, experiments: ExperimentsOf) -> Response:
    """List the experiments of a project and of the newer module."""
    return await _list(experiments, query, is_ai=True, project=project)


@router.get("/experiments/{experiment}")
async def get_experiment(found: ExperimentOf, experiments: ExperimentsOf, request: Request, query: QueryOf) -> Response:
    """Look at an experiment."""
    check_query(query, ("fields",))
    return answer(await experiments.describe(found), request)


@router.get("/aiexperiments/{experiment}")
async def get_ai_experiment(
    found: AiExperimentOf, experiments: ExperimentsOf, request: Request, query: QueryOf
) -> Response:
    """Look at an experiment of the newer module."""
    return await get_experiment(found, experiments, request, query)


@router.put("/experiments/{experiment}")
@router.put("/aiexperiments/{experiment}")
async def update_experiment(found: ExperimentOf, body: BodyOf, experiments: ExperimentsOf) -> Response:
    """Change name, project, state, metadata, budget or thresholds of an experiment."""
    changed = await experiments.change(found, lambda experiment: change_experiment(experiment, body))
    return answer(await experiments.describe(changed))


@router.delete("/experiments/{experiment}")
@router.delete("/aiexperiments/{experiment}")
async def delete_experiment(found: ExperimentOf, query: QueryOf, experiments: ExperimentsOf) -> Response:
    """Archive an experiment; it stays readable, and its study stays as it is."""
    check_query(query, ("include_runs",))
    await experiments.change(found, lambda experiment: replace(experiment, state="deleted"))
    return answer({})


@router.get("/experiments/{experiment}/best_assignments")
async def get_best_assignments(found: CoreExperimentOf, query: QueryOf, experiments: ExperimentsOf) -> Response:
    """List the best observations: the front, or the best one."""
    check_query(query, PAGING)
    best = best_trials(found.experiment, await experiments.records(found))
    described = [describe_best(found.experiment, record) for record in best]
    return answer(describe_page(described, {"ascending": "true", **query}))


@router.get("/experiments/{experiment}/stopping_criteria")
async def get_stopping_criteria(found: CoreExperimentOf, experiments: ExperimentsOf) -> Response:
    """Whether and why the experiment may end."""
    return answer(describe_stopping(found.experiment, await experiments.records(found)))


@router.get("/experiments/{experiment}/metric_importances")
@router.put("/experiments/{experiment}/metric_importances")
async def get_metric_importances(found: CoreExperimentOf, query: QueryOf, service: ServiceOf) -> Response:
    """Shares of each parameter in what the optimized metrics depend on, as Paretune's report computes them."""
    check_query(query, PAGING)
    found_by_metric = await _importances(found, service)
    described = describe_importances(found.experiment, found_by_metric)
    numbered = [{**each, "id": str(i)} for i, each in enumerate(described)]
    page = describe_page(numbered, {"ascending": "true", **query})
    return answer({**page, "data": [{k: v for k, v in each.items() if k != "id"} for each in page["data"]]})


@router.get("/experiments/{experiment}/importances")
async def get_importances(found: CoreExperimentOf, service: ServiceOf) -> Response:
    """Importances for the first optimized metric, for older clients."""
    described = describe_importances(found.experiment, await _importances(found, service))
    return answer({"object": "importances", "importances": described[0]["importances"]})


@router.post("/experiments/{experiment}/tokens")
async def create_share_token(found: ExperimentOf) -> Response:
    """Refuse to make a token for one experiment: the operator makes tokens."""
    name = found.opened.study.name
    raise RefusalError(
        403, "scope", f"tokens are made by the operator: paretune token NAME --scope read --study {name!r}"
    )


async def _importances(found: CoreExperimentOf, service: ServiceOf) -> dict[str, Any]:
    if found.experiment.conditionals:
        raise RefusalError(422, "no_importances", "an experiment with conditionals has no importances")
    trials = await service.threads.read(found.opened.study.trials_to_learn_from)
    if sum(trials.is_complete) < MIN_PER_PARAMETER * len(found.experiment.parameters):
        message = f"importances need {MIN_PER_PARAMETER} observations for each parameter"
        raise RefusalError(422, "no_importances", message)
    computed = await service.analyze(found.opened.study, compute_importances, ImportanceJob(trials))
    return dict(computed["importances"])


async def _list(
    experiments: Experiments, query: dict[str, str], *, is_ai: bool, project: str | None = None
) -> Response:
    check_query(query, _LIST_WORDS)
    for word in ("search", "user", "development", "period_start", "period_end"):
        if query.get(word) and not (word == "development" and query[word].lower() == "false"):
            raise InvalidInputError(f"{word}: this service does not select by it; leave the word out")
    state = read_choice(query.get("state", "active"), "state", ("active", "deleted", "all"))
    kind = None if query.get("include_ai", "").lower() == "true" else is_ai
    ids = await experiments.all(is_ai=kind, project=project, state=state)
    page = describe_page([{"id": str(each)} for each in ids], {k: v for k, v in query.items() if k != "fields"})
    described = [await experiments.describe(await experiments.open(int(each["id"]))) for each in page["data"]]
    return answer({**page, "data": [choose_fields(each, query.get("fields", "")) for each in described]})
