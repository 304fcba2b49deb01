"""A search that an Optuna storage holds: run it, resume it, look at it."""

from paretune.study.activity import Activity, RunningTrial
from paretune.study.asked_trial import AskedTrial
from paretune.study.budget import Budget
from paretune.study.confirmation import Confirm
from paretune.study.run_end import EndKind, RunEnd
from paretune.study.run_loop import StepsCallback, TrialCallback
from paretune.study.samplers import SEARCHER_NAMES
from paretune.study.stopping import Stop
from paretune.study.storage import hide_password, open_storage, quiet_optuna_logging
from paretune.study.study import Study
from paretune.study.study_list import ListedStudy, list_studies
from paretune.study.study_view import (
    REFIT_OF,
    StudyView,
    activity,
    last_search,
    last_searcher_options,
    load,
    load_refit,
    match_study_names,
    read_facts,
    refit_name,
    request_stop,
    trial_log,
)

__all__ = [
    "REFIT_OF",
    "SEARCHER_NAMES",
    "Activity",
    "AskedTrial",
    "Budget",
    "Confirm",
    "EndKind",
    "ListedStudy",
    "RunEnd",
    "RunningTrial",
    "StepsCallback",
    "Stop",
    "Study",
    "StudyView",
    "TrialCallback",
    "activity",
    "hide_password",
    "last_search",
    "last_searcher_options",
    "list_studies",
    "load",
    "load_refit",
    "match_study_names",
    "open_storage",
    "quiet_optuna_logging",
    "read_facts",
    "refit_name",
    "request_stop",
    "trial_log",
]
