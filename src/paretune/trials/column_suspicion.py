"""Suspect columns of an unknown table that are probably no parameters."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from paretune.trials.table_formats.cells import date, number_in
from paretune.trials.table_formats.translate import is_numeric

MIN_ROWS = 6  # known cells below which nothing is concluded from how much they differ
MIN_SHARE_DIFFERENT = 0.8  # share of different cells from which numbers may be an outcome
MAX_SHARE_HARDLY_VARYING = 0.05  # share of rows with another value up to which a column hardly varies
ALL_DIFFERENT_REASON = "it differs in every row and has no numbers"
_NAMES = re.compile(
    "arm_name|artifact_uri|comment|comments|commit|created|created_at|date|datetime|description|end_time|"
    "ended_at|experiment|experiment_id|experiment_name|finished_at|git_commit|host|hostname|id|index|job_id|"
    "job_type|log_dir|logdir|name|node_ip|note|notes|number|pid|run|run_id|run_name|runid|runtime|start_time|"
    "started_at|sweep|tags|timestamp|trial|trial_id|trial_index|trial_name|trial_number|trialjobid|unnamed:_0|"
    "updated|updated_at|url|user|username|uuid"
)
_OUTCOMES = re.compile(
    "acc|accuracy|auc|auroc|bleu|cost|crossentropy|elapsed|energy|err|error|f1|flops|fps|gflops|iou|kappa|"
    "latency|loss|macs|mae|map|mape|memory|mse|nll|parameters|params|perplexity|ppl|precision|psnr|r2|recall|"
    "reward|rmse|score|seconds|ssim|throughput|time|wer"
)
_UNITS = re.compile(
    "avg|b|best|bytes|count|epoch|eval|final|g|gb|h|hours|k|kb|last|m|macro|max|mb|mean|median|micro|min|"
    "minutes|ms|pct|percent|s|sec|std|sum|test|top1|top5|total|train|us|val|valid|validation"
)
_PHASES = re.compile(r"(train|val|valid|validation|test|eval)[/.]", re.IGNORECASE)
_WORDS = re.compile(r"[A-Z]+(?![a-z])\d*|[A-Za-z][a-z]*\d*|\d+")


def suspicion(name: str, cells: Sequence[str], is_unknown: Sequence[bool]) -> str:
    """Say why a column is probably no parameter; empty if nothing speaks against it.

    Args:
        name: name of the column.
        cells: ``n`` cells.
        is_unknown: for each row, whether an objective is empty in it; empty if no objectives are known.

    Example:
        >>> suspicion("params_M", ["1.2", "3.4", "2.2"], []), suspicion("width", ["8", "16", "8"], [])
        ('its name and values are those of an outcome', '')
    """
    known = [cell for cell in cells if cell]
    if not known:
        return "it is empty"
    if _NAMES.fullmatch(name.lower().replace(" ", "_")):
        return "its name is that of bookkeeping"
    if all("-" in cell and date(cell) for cell in known):
        return "it has dates"
    if _is_outcome(name, known):
        return "its name and values are those of an outcome"
    if is_unknown and [not cell for cell in cells] == list(is_unknown) and any(is_unknown) and not all(is_unknown):
        return "it is empty exactly where the objectives are"
    return _suspicion_of_variety(known) if len(known) >= MIN_ROWS else ""


def _suspicion_of_variety(known: Sequence[str]) -> str:
    counts = Counter(known)
    if len(counts) == 1:
        return "it has one value in all rows"
    if len(counts) == len(known) and not is_numeric(known):
        return ALL_DIFFERENT_REASON
    if len(known) - counts.most_common(1)[0][1] <= MAX_SHARE_HARDLY_VARYING * len(known):
        return "it hardly varies"
    return ""


def _is_outcome(name: str, known: Sequence[str]) -> bool:
    """Check whether a column has the name of an outcome, and numbers of which most differ."""
    are_numbers = all(number_in(cell) is not None for cell in known)
    if not are_numbers or len(set(known)) < max(2, MIN_SHARE_DIFFERENT * len(known)):
        return False
    words = [word.lower() for word in _WORDS.findall(name)]
    while len(words) > 1 and _UNITS.fullmatch(words[-1]):
        words.pop()
    return bool(_PHASES.match(name)) or bool(words and _OUTCOMES.fullmatch(words[-1]))
