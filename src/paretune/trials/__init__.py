"""What was tried and what came of it."""

from paretune.errors import REASONS
from paretune.trials.columns import COLUMNS, check_names
from paretune.trials.from_csv import check_columns, runs_from_csv, trials_from_csv
from paretune.trials.table import STATES, Trials

__all__ = ["COLUMNS", "REASONS", "STATES", "Trials", "check_columns", "check_names", "runs_from_csv", "trials_from_csv"]
