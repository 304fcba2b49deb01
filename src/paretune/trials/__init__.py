"""The trials of a study: a frozen table, and its CSV files."""

from paretune.errors import FAILURE_REASONS
from paretune.trials.columns import TRIAL_COLUMNS, check_column_names
from paretune.trials.csv_trials import require_columns, runs_from_csv, trials_from_csv
from paretune.trials.table import TRIAL_STATES, Trials

__all__ = [
    "FAILURE_REASONS",
    "TRIAL_COLUMNS",
    "TRIAL_STATES",
    "Trials",
    "check_column_names",
    "require_columns",
    "runs_from_csv",
    "trials_from_csv",
]
