"""The trials of a study: a frozen table with their learning curves, and its CSV files."""

from paretune.errors import FAILURE_REASONS
from paretune.trials.column_roles import ColumnChoice, ColumnRole, ColumnRoles
from paretune.trials.columns import TRIAL_COLUMNS, check_column_names
from paretune.trials.csv_curves import curves_from_csv
from paretune.trials.csv_trials import csv_column_roles, require_columns, runs_from_csv, trials_from_csv
from paretune.trials.curves import Curves
from paretune.trials.table import TRIAL_STATES, Trials

__all__ = [
    "FAILURE_REASONS",
    "TRIAL_COLUMNS",
    "TRIAL_STATES",
    "ColumnChoice",
    "ColumnRole",
    "ColumnRoles",
    "Curves",
    "Trials",
    "check_column_names",
    "csv_column_roles",
    "curves_from_csv",
    "require_columns",
    "runs_from_csv",
    "trials_from_csv",
]
