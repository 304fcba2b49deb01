"""Find the configurations of other studies that a new study tries first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from paretune.app.source_names import is_csv_name
from paretune.app.sources import Sources
from paretune.errors import InvalidInputError
from paretune.study.warm_start import transferred_configurations

if TYPE_CHECKING:
    from paretune.app.plan import StudyPlan


def find_transferred(plan: StudyPlan, names: Sequence[str]) -> list[dict[str, Any]]:
    """Return the configurations to try first; see `paretune.study.warm_start`.

    Args:
        plan: the new study.
        names: of studies in the same storage, patterns of such names, or CSV files.

    Raises:
        InvalidInputError: a file cannot be read, or a source shares no objective or parameter with the new study.
        StudyNotFoundError: there is no such study.
    """
    if plan.name in names:
        raise InvalidInputError(f"study {plan.name!r} cannot start from itself: name another study with --warm-start")
    has_files = any(map(is_csv_name, names))
    (runs,) = Sources(plan.storage, objectives=plan.objectives if has_files else None).find_runs(names)
    return transferred_configurations(plan.space, plan.objectives, [run.trials for run in runs])
