"""Routes for results: the front, how sure it is, and comparisons."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from paretune.server.api import schemas
from paretune.server.api.access import CallerOf, ServiceOf, StudyOf, open_study
from paretune.server.api.views import front_numbers, trial_views
from paretune.study import StudyView

router = APIRouter(prefix="/api/studies/{key}", tags=["results"])


@router.get("/front", response_model=schemas.TrialList)
async def get_front(opened: StudyOf, service: ServiceOf) -> dict[str, Any]:
    """The efficient trials, the best in the first objective first."""
    view = await service.threads.read(opened.study.view)
    return {"trials": await service.threads.read(_front, view), "next_after": None}


@router.get("/confidence")
async def get_confidence(opened: StudyOf, service: ServiceOf) -> dict[str, Any]:
    """How sure the front is: probabilities of being efficient, and how much better it looks than it is.

    The numbers are those of ``report.json``. They are computed once for each revision, which takes seconds.
    """
    from paretune.server.analysis import SummaryJob, summary_numbers  # noqa: PLC0415 (loads reports, when asked for)

    view = await service.threads.read(opened.study.view)
    return await service.analyze(opened.study, summary_numbers, SummaryJob(view, models=True))


@router.get("/comparison")
async def get_comparison(
    opened: StudyOf, service: ServiceOf, caller: CallerOf, baseline: Annotated[str, Query(max_length=2_000)]
) -> dict[str, Any]:
    """Compare the study with another one, the baseline, with intervals of 95 %."""
    from paretune.server.analysis import ComparisonJob, compare_numbers  # noqa: PLC0415 (likewise)

    other = await open_study(baseline, service, caller)
    views = [await service.threads.read(each.study.view) for each in (opened, other)]
    return await service.analyze(opened.study, compare_numbers, ComparisonJob(views[0], views[1]))


def _front(view: StudyView) -> list[dict[str, Any]]:
    by_number = {trial["number"]: trial for trial in trial_views(view)}
    return [by_number[number] for number in front_numbers(view)]
