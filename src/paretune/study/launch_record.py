"""The request by which a service started the run of a study, in the study's record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import optuna

from paretune.adapters.optuna.keys import LAUNCH_KEY


def read_launch(study: optuna.Study) -> dict[str, Any] | None:
    """The request as JSON values; None if no service started the study."""
    found = study.user_attrs.get(LAUNCH_KEY)
    return None if found is None else dict(found)


def write_launch(study: optuna.Study, request: Mapping[str, Any]) -> None:
    """Write the request.

    Args:
        study: the study, open for writing.
        request: JSON values.
    """
    study.set_user_attr(LAUNCH_KEY, dict(request))
