"""How are all sides searched, side by side in time, in one process?"""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import pandas as pd

from paretune.cli.plan import Wanted, open_study
from paretune.cli.run_options import RunOptions
from paretune.evaluation.contract import Evaluate
from paretune.objectives import Objectives
from paretune.study import Study, quieten
from paretune.workloads.set_up import SetUp, find
from tenfold.blocks import turns
from tenfold.kept import keep, restore
from tenfold.protocol import Scale, Side

_KNOWS_EARLY_ENDS = {"bayes", "random"}


def search(scale: Scale, sides: Sequence[Side], data_dir: Path | None, minutes: float) -> None:
    """Run the sides, block after block, from what there is.

    Args:
        scale: of the experiment.
        sides: in the order of a block.
        data_dir: the workload's data.
        minutes: after which nobody gets a turn any more.
    """
    quieten()
    scale.results.mkdir(parents=True, exist_ok=True)
    restore(scale, data_dir)
    evaluates = _Evaluates(data_dir)
    opened = {side.name: _opened(scale, side, data_dir) for side in sides}
    begun, n_before = time.monotonic(), {name: study.n_counted() for name, (study, _) in opened.items()}
    for block, side, total in turns(sides, scale.blocks, n_before):
        if time.monotonic() - begun > 60 * minutes:
            break
        study, set_up = opened[side.name]
        study.run(evaluates.of(side, set_up), n_trials=total)
        keep(scale, [side.name])
        if side == sides[-1]:
            n = {name: study.n_counted() for name, (study, _) in opened.items()}
            seconds = (time.monotonic() - begun) / (sum(n.values()) - sum(n_before.values()))
            _tell(f"block {block} of {scale.blocks}, {seconds:.1f} s a trial", n)
    keep(scale, [name for name, (study, _) in opened.items() if study.n_counted()])  # also what an earlier run had not


def search_again(scale: Scale, side: Side, best: pd.DataFrame, data_dir: Path | None) -> None:
    """Run configurations that another study has tried."""
    quieten()
    scale.results.mkdir(parents=True, exist_ok=True)
    restore(scale, data_dir)
    study, set_up = _opened(scale, side, data_dir)
    for row in best[list(study.space)].to_dict("records"):
        study.enqueue({name: value for name, value in row.items() if pd.notna(value)})
    study.run(_Evaluates(data_dir).of(side, set_up), n_trials=len(best))
    keep(scale, [side.name])


def _opened(scale: Scale, side: Side, data_dir: Path | None) -> tuple[Study, SetUp]:
    wanted = Wanted(
        scale.workload,
        find(scale.workload),
        side.name,
        str(scale.storage),
        data_dir,
        limits=scale.limits,
        command=shlex.join(["python", *sys.argv]),
    )
    return open_study(wanted, scale.settings, RunOptions(searcher=side.searcher, seed=side.seed))


class _Evaluates:
    """What evaluates a side's trials: the same for all, but for when a trial ends that is outside a limit.

    Paretune learns from a trial that was given up for its time, and random search learns nothing. Optuna's samplers
    would ignore it: theirs is evaluated to its end and told with a violated constraint, as they document it.
    """

    def __init__(self, data_dir: Path | None) -> None:
        self._data_dir = data_dir
        self._of = cache(self._set_up)

    def of(self, side: Side, set_up: SetUp) -> Evaluate:
        wanted = set_up.objectives
        if side.searcher not in _KNOWS_EARLY_ENDS:
            wanted = Objectives([type(o)(o.name, unit=o.unit) for o in wanted])
        return self._of(set_up.word, tuple(set_up.options.items()), wanted)

    def _set_up(self, word: str, options: tuple[tuple[str, object], ...], objectives: Objectives) -> Evaluate:
        return SetUp(word, dict(options), objectives, self._data_dir)()


def _tell(what: str, n: Mapping[str, int]) -> None:
    counts = ", ".join(f"{name} {count}" for name, count in n.items())
    print(f"{time.strftime('%H:%M:%S')} {what}: {counts}", flush=True)  # noqa: T201 (a command)
