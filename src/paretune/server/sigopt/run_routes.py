"""Routes of SigOpt for runs, of experiments and without one, and for their checkpoints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import Response

from paretune.errors import InvalidInputError
from paretune.server.security.refusal import RefusalError
from paretune.server.sigopt.access import BodyOf, ExperimentOf, ExperimentsOf, QueryOf, answer, path_id
from paretune.server.sigopt.fields import read_list, read_object, require
from paretune.server.sigopt.open_experiments import CHECKPOINT
from paretune.server.sigopt.paging import PAGING, check_query, choose_fields, describe_page
from paretune.server.sigopt.project_routes import check_project
from paretune.server.sigopt.run import MAX_CHECKPOINTS, describe_checkpoint, new_run, read_checkpoint, read_run
from paretune.server.sigopt.run_filter import select_runs
from paretune.server.sigopt.runs import OpenRun, Runs

router = APIRouter(prefix="/v1", include_in_schema=False)
_LIST_WORDS = (*PAGING, "filters", "search")
_MAX_BATCH = 10_000


def get_runs(experiments: ExperimentsOf) -> Runs:
    """The runs that the caller may use."""
    return Runs(experiments)


RunsOf = Annotated[Runs, Depends(get_runs)]


async def get_run(run: str, runs: RunsOf) -> OpenRun:
    """The run of the address.

    Raises:
        RefusalError: there is none, or the token may not use it.
    """
    return await runs.open(path_id(run, "run"))


RunOf = Annotated[OpenRun, Depends(get_run)]


def wants_no_content(x_response_content: Annotated[str, Header()] = "") -> bool:
    """Whether the answer is to be empty."""
    return x_response_content.lower() == "skip"


IsSilent = Annotated[bool, Depends(wants_no_content)]


@router.post("/aiexperiments/{experiment}/training_runs")
@router.post("/experiments/{experiment}/training_runs")
async def create_experiment_run(found: ExperimentOf, body: BodyOf, runs: RunsOf) -> Response:
    """Begin a run of an experiment, with a suggestion or with assignments of the user's own."""
    return answer(await runs.describe(await runs.begin(found, read_run(body))))


@router.get("/experiments/{experiment}/training_runs")
async def list_experiment_runs(found: ExperimentOf, query: QueryOf, runs: RunsOf) -> Response:
    """List the runs of an experiment."""
    check_query(query, _LIST_WORDS)
    return answer(describe_page(select_runs(await runs.all(found=found), query), query))


@router.get("/experiments/{experiment}/best_training_runs")
@router.get("/aiexperiments/{experiment}/best_training_runs")
async def list_best_runs(found: ExperimentOf, query: QueryOf, runs: RunsOf) -> Response:
    """List the runs of the front, or the best one."""
    check_query(query, PAGING)
    return answer(describe_page(await runs.best(found), {"ascending": "true", **query}))


@router.post("/clients/1/projects/{project}/training_runs")
async def create_run(project: str, body: BodyOf, runs: RunsOf) -> Response:
    """Begin a run without an experiment."""
    (run,) = await runs.create(check_project(project), [new_run(read_run(body), project)])
    return answer(await runs.describe(run))


@router.post("/clients/1/projects/{project}/training_runs/batch")
async def create_runs(project: str, body: BodyOf, runs: RunsOf) -> Response:
    """Store many runs without an experiment, all or none."""
    fields = read_object(body, "", ("runs", "fields"))
    given = read_list(require(fields, "runs"), "runs")
    if len(given) > _MAX_BATCH:
        raise InvalidInputError(f"runs: there are {len(given):,}, but at most {_MAX_BATCH:,} are allowed")
    bodies = [new_run(_at(i, each), project) for i, each in enumerate(given)]
    created = await runs.create(check_project(project), bodies)
    described = [choose_fields(await runs.describe(run), str(fields.get("fields", ""))) for run in created]
    return answer({"object": "pagination", "count": len(described), "data": described, "paging": _NO_MORE})


@router.get("/clients/1/projects/{project}/training_runs")
async def list_project_runs(project: str, query: QueryOf, runs: RunsOf) -> Response:
    """List the runs of a project."""
    check_query(query, _LIST_WORDS)
    return answer(describe_page(select_runs(await runs.all(project=check_project(project)), query), query))


@router.get("/training_runs")
async def list_runs(query: QueryOf, runs: RunsOf) -> Response:
    """List all runs."""
    check_query(query, _LIST_WORDS)
    return answer(describe_page(select_runs(await runs.all(), query), query))


@router.get("/training_runs/{run}")
@router.get("/experiments/{experiment}/training_runs/{run}")
async def look_at_run(run: RunOf, runs: RunsOf, request: Request) -> Response:
    """Look at a run."""
    return answer(await runs.describe(run), request)


@router.put("/training_runs/{run}")
@router.put("/experiments/{experiment}/training_runs/{run}")
async def replace_fields(run: RunOf, body: BodyOf, runs: RunsOf, is_silent: IsSilent) -> Response:
    """Replace fields of a run."""
    changed = await runs.change(run, read_run(body), replaces=True)
    return Response(status_code=204) if is_silent else answer(await runs.describe(changed))


@router.api_route("/training_runs/{run}", methods=["MERGE"])
async def merge_fields(run: RunOf, body: BodyOf, runs: RunsOf, is_silent: IsSilent) -> Response:
    """Merge fields into a run."""
    changed = await runs.change(run, read_run(body), replaces=False)
    return Response(status_code=204) if is_silent else answer(await runs.describe(changed))


@router.delete("/training_runs/{run}")
@router.delete("/experiments/{experiment}/training_runs/{run}")
async def delete_run(run: RunOf, runs: RunsOf) -> Response:
    """Archive a run; its observation does not count any more."""
    await runs.change(run, {"deleted": True}, replaces=True)
    return answer({})


@router.post("/training_runs/{run}/checkpoints")
async def create_checkpoint(run: RunOf, body: BodyOf, runs: RunsOf, is_silent: IsSilent) -> Response:
    """Store the metrics of a step; in an experiment they are the learning curve of the trial."""
    document = await runs.add_checkpoint(run, read_checkpoint(body), MAX_CHECKPOINTS)
    described = describe_checkpoint(document.id, run.document.id, document.created, document.body)
    return Response(status_code=204) if is_silent else answer(described)


@router.get("/training_runs/{run}/checkpoints")
async def list_checkpoints(run: RunOf, query: QueryOf, runs: RunsOf) -> Response:
    """List the checkpoints of a run."""
    check_query(query, PAGING)
    found = await runs.checkpoints(run)
    return answer(describe_page([describe_checkpoint(d.id, run.document.id, d.created, d.body) for d in found], query))


@router.get("/training_runs/{run}/checkpoints/{checkpoint}")
async def get_checkpoint(checkpoint: str, run: RunOf, runs: RunsOf) -> Response:
    """Look at a checkpoint."""
    key = path_id(checkpoint, CHECKPOINT)
    for document in await runs.checkpoints(run):
        if document.id == key:
            return answer(describe_checkpoint(key, run.document.id, document.created, document.body))
    raise RefusalError(404, "not_found", f"there is no checkpoint {key}")


@router.post("/training_runs/{run}/files")
async def create_file(run: RunOf) -> Response:
    """Refuse to store a file."""
    raise InvalidInputError(f"files: this service stores no images; keep those of run {run.document.id} elsewhere")


_NO_MORE = {"before": None, "after": None}


def _at(i: int, body: Any) -> Mapping[str, Any]:
    try:
        return read_run(body)
    except InvalidInputError as error:
        raise InvalidInputError(f"runs[{i}].{error}") from None
