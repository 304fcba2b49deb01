"""The request to train the best configurations of a study again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paretune.errors import InvalidInputError
from paretune.server.runs.request import MAX_TOP, RunRequest
from paretune.space import Int
from paretune.study import refit_name
from paretune.study.hosted_study import HostedStudy

DATA_FRACTION = "data_fraction"  # option of workloads: the share of the data that a search trains on


def refit_request(study: HostedStudy, top: int, settings: Mapping[str, Any], run: Mapping[str, Any]) -> RunRequest:
    """Make the request.

    Args:
        study: the study.
        top: how many configurations.
        settings: options of the workload that replace the study's.
        run: options of the run.

    Raises:
        InvalidInputError: the study was not made for a workload, or is a refit itself.
    """
    if not study.workload:
        raise InvalidInputError(f"study {study.name!r} was made without a workload: it cannot be trained again here")
    n = int(Int(1, MAX_TOP).check("top", top))
    return RunRequest(study.workload, refit_name(study.name), dict(settings), run=dict(run), refit_of=study.name, top=n)
