"""The tables of other tools: which columns they have, and what these mean."""

from __future__ import annotations

from types import MappingProxyType

from paretune.trials.columns import TRIAL_COLUMNS
from paretune.trials.csv_file import CsvFile
from paretune.trials.table_formats.optuna import OPTUNA
from paretune.trials.table_formats.states import STATE_WORDS, state_of_word
from paretune.trials.table_formats.table_format import TableFormat

PARETUNE = TableFormat(tool="Paretune (export)", required=frozenset(TRIAL_COLUMNS))
OPTUNA_DASHBOARD = TableFormat(
    tool="optuna-dashboard",
    required=frozenset({"Number", "State"}),
    prefixed=("Param ", "Value", "Objective "),
    parameters=("Param ",),
    metrics=("UserAttribute ",),
    attributes=("UserAttribute ",),
    state="State",
    words=MappingProxyType({name: STATE_WORDS[name] for name in ("complete", "fail", "pruned", "running", "waiting")}),
    number="Number",
)
MLFLOW = TableFormat(
    tool="MLflow (search_runs)",
    required=frozenset({"run_id", "experiment_id"}),
    prefixed=("params.", "metrics."),
    parameters=("params.",),
    metrics=("metrics.",),
    state="status",
    started="start_time",
    ended="end_time",
    bookkeeping=frozenset({"run_id", "experiment_id", "artifact_uri"}),
    bookkeeping_prefixes=("tags.",),
)
MLFLOW_PAGE = TableFormat(
    tool="MLflow (page of runs)",
    required=frozenset({"Run ID", "Status", "Start Time"}),
    state="Status",
    started="Start Time",
    duration="Duration",
    bookkeeping=frozenset({"Run ID", "Name", "Source", "Source Type", "Source Name", "User", "Version", "Models"}),
)
RAY = TableFormat(
    tool="Ray Tune (get_dataframe)",
    required=frozenset({"trial_id"}),
    prefixed=("config/",),
    parameters=("config/",),
    state="status",
    duration="time_total_s",
    bookkeeping=frozenset(
        {
            "checkpoint_dir_name",
            "date",
            "done",
            "episodes_total",
            "experiment_id",
            "experiment_tag",
            "hostname",
            "iterations_since_restore",
            "logdir",
            "node_ip",
            "pid",
            "should_checkpoint",
            "time_since_restore",
            "time_this_iter_s",
            "timestamp",
            "timesteps_total",
            "training_iteration",
            "trial_id",
        }
    ),
    bookkeeping_prefixes=("__",),
)
AX = TableFormat(
    tool="Ax",
    required=frozenset({"trial_index", "arm_name"}),
    state="trial_status",
    number="trial_index",
    bookkeeping=frozenset(
        {"arm_name", "generation_method", "generation_node", "generation_model_key", "reason", "fail_reason"}
    ),
)
SMAC = TableFormat(
    tool="SMAC3 (runhistory)",
    required=frozenset({"config_id", "status"}),
    state="status",
    words=MappingProxyType(  # the numbers are those of StatusType
        {
            **STATE_WORDS,
            **dict.fromkeys(("1", "6", "donotadvance"), STATE_WORDS["success"]),
            "2": STATE_WORDS["timeout"],
            "3": STATE_WORDS["crashed"],
            **dict.fromkeys(("4", "7", "stop"), STATE_WORDS["abort"]),
            "5": STATE_WORDS["memoryout"],
            "8": STATE_WORDS["running"],
        }
    ),
    started="starttime",
    ended="endtime",
    duration="time",
    bookkeeping=frozenset({"additional_info", "budget", "config_id", "instance", "instance_id", "seed", "cpu_time"}),
)
NNI = TableFormat(
    tool="NNI (nnictl experiment export)",
    required=frozenset({"trialJobId"}),
    state="status",
    started="startTime",
    ended="endTime",
    bookkeeping=frozenset({"trialJobId", "intermediate", "sequenceId", "parameter_id", "logPath"}),
)
SIGOPT = TableFormat(
    tool="SigOpt (API)",
    prefixed=("assignments.",),
    parameters=("assignments.",),
    metrics=("values.",),
    metric_end=".value",
    state="state",
    words=MappingProxyType({**STATE_WORDS, "active": ("pending", "")}),
    started="created",
    ended="completed",
    bookkeeping=frozenset(
        {
            "client",
            "deleted",
            "experiment",
            "finished",
            "id",
            "name",
            "object",
            "project",
            "suggestion",
            "updated",
            "user",
        }
    ),
    bookkeeping_prefixes=("assignments_meta", "metadata", "logs", "files", "source.", "favorite", "optimized_"),
)
WANDB_COLUMNS = frozenset({"Created", "Runtime", "Notes", "User", "Tags", "Sweep", "ID", "Group", "Job Type"})


def _is_wandb(file: CsvFile) -> bool:
    words = {cell for cell in file.column("State") if cell}
    has_words = bool(words) and any(state_of_word(word) is not None for word in words)
    return has_words and "Name" in file.columns and not WANDB_COLUMNS.isdisjoint(file.columns)


WANDB = TableFormat(
    tool="Weights & Biases",
    state="State",
    started="Created",
    duration="Runtime",
    bookkeeping=WANDB_COLUMNS
    | {"Name", "Agent", "Commit", "End Time", "GitHub", "Host Name", "Hostname", "Updated", "GPU Count", "GPU Type"},
    bookkeeping_prefixes=("_", "system/", "GPU ", "Git"),
    recognizes=_is_wandb,
)
KNOWN_FORMATS = (
    PARETUNE,
    OPTUNA,
    OPTUNA_DASHBOARD,
    MLFLOW,
    MLFLOW_PAGE,
    RAY,
    AX,
    SMAC,
    NNI,
    SIGOPT,
    WANDB,
)
