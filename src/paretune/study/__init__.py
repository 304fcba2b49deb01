"""A search that is kept, resumed and run over an Optuna storage."""

from paretune.study.ledger import Asked
from paretune.study.searchers import SEARCHERS
from paretune.study.stopping import Stop
from paretune.study.storage import open_storage, quieten, without_password
from paretune.study.stored import Stored, facts_of, load
from paretune.study.study import Study

__all__ = [
    "SEARCHERS",
    "Asked",
    "Stop",
    "Stored",
    "Study",
    "facts_of",
    "load",
    "open_storage",
    "quieten",
    "without_password",
]
