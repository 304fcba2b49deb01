"""A search that is kept, resumed and run over an Optuna storage."""

from paretune.study.activity import Activity, Running
from paretune.study.ledger import Asked
from paretune.study.run_end import EndKind, RunEnd
from paretune.study.run_loop import OnTrial
from paretune.study.searchers import SEARCHERS
from paretune.study.stopping import Stop
from paretune.study.storage import open_storage, quieten, without_password
from paretune.study.study import Study
from paretune.study.study_view import (
    REFIT_OF,
    Stored,
    activity,
    ask_to_stop,
    facts_of,
    last_search,
    load,
    load_refit,
    log_of,
    matching,
    refit_name,
)

__all__ = [
    "REFIT_OF",
    "SEARCHERS",
    "Activity",
    "Asked",
    "EndKind",
    "OnTrial",
    "RunEnd",
    "Running",
    "Stop",
    "Stored",
    "Study",
    "activity",
    "ask_to_stop",
    "facts_of",
    "last_search",
    "load",
    "load_refit",
    "log_of",
    "matching",
    "open_storage",
    "quieten",
    "refit_name",
    "without_password",
]
