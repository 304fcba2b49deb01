"""The options of a run, each declared once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from paretune.app import value_readers as readers
from paretune.app.option_declaration import RunOption, option

if TYPE_CHECKING:
    from paretune.execution.on_ray import TrialResources
    from paretune.study.budget import Budget
    from paretune.study.confirmation import Confirm

_EARLY_STOPPING, _WORKERS, _TRIAL_LIMITS = "Early stopping of trials", "Workers", "Limits of a trial"  # of help texts
_RUN_END, _OUTPUT = "End of the run", "Output"


UNLIMITED = 2**32  # trials, if a budget alone limits them


@dataclass(frozen=True)
class RunOptions:
    """How to run a search. None of the options changes the space or the objectives.

    A field holds a checked value: durations in seconds, memory in bytes, growth as percent and trials. A search keeps
    the searcher and the seed of the study's last run where they are None.
    """

    trials: int = option(
        30,
        readers.read_count,
        "Total number of trials of the study, 30 by default. The same command continues up to this total.",
        word=int,
        metavar="N",
    )
    searcher: str | None = option(
        None,
        readers.read_searcher,
        "Searcher: bayes (the default), random, sobol, grid, annealing, evolution, cma-es, pshe2, hazero, "
        "population, gp, tpe, nsga2 or nsga3; `paretune searchers` describes them. A resumed study keeps its searcher.",
        metavar="NAME",
    )
    searcher_option: tuple[tuple[str, Any], ...] = option(
        (),
        readers.read_searcher_options,
        "An option of the searcher, such as population=20; `paretune searchers` lists them. May be repeated. A resumed "
        "study keeps them.",
        word=list,
        metavar="NAME=VALUE",
    )
    prefer: str | None = option(
        None,
        readers.read_text,
        'Resolve this part of the front first, such as "accuracy>=0.8 and latency<=0.1", the rest later; only for '
        "bayes. A resumed study keeps it.",
        metavar="TARGET",
    )
    warm_start: tuple[str, ...] = option(
        (),
        readers.read_names,
        "A study or CSV file of the same or a similar training. A new study tries some of its best configurations "
        "first. May be repeated.",
        word=list,
        metavar="STUDY|FILE",
    )
    seed: int | None = option(
        None,
        readers.read_seed,
        "Random seed, 0 by default. It makes the search reproducible. A resumed study keeps its seed.",
        word=int,
        metavar="N",
    )
    scheduler: str = option(
        "none",
        readers.read_scheduler,
        "Stop trials early by a rule: none (the default), asha, halving, hyperband or median. With bayes, many short "
        "trainings begin the search, and the best of them go on.",
        metavar="NAME",
        section=_EARLY_STOPPING,
    )
    budget: Budget | None = option(  # noqa: RUF009 (a field, as all others)
        None,
        readers.read_budget,
        "What all trials may cost together: epochs=600, the sum of the last steps that they report, or hours=2. Then "
        "the number of trials is not limited unless it is given.",
        metavar="RESOURCE=AMOUNT",
        section=_RUN_END,
    )
    confirm: Confirm | None = option(  # noqa: RUF009 (a field, as all others)
        None,
        readers.read_confirm,
        "Spend the end of the total on training the likely front again with fresh seeds, until it stands: a share such "
        "as 10%, or a number of trials.",
        metavar="SHARE",
    )
    checkpoint_dir: str | None = option(
        None,
        readers.read_text,
        "Folder to which trainings save, so that they can go on later, next to the storage by default.",
        metavar="FOLDER",
        section=_TRIAL_LIMITS,
    )
    min_resource: int | None = option(
        None,
        readers.read_count,
        "First step at which the scheduler may stop a trial, 1 by default; with bayes, the length of a short training, "
        "a fifteenth of a whole one by default.",
        word=int,
        metavar="STEP",
        section=_EARLY_STOPPING,
    )
    max_resource: int | None = option(
        None,
        readers.read_count,
        "Last step of a whole training, for asha, bayes, halving, hyperband and a budget of epochs. Workloads with the "
        "option epochs know it.",
        word=int,
        metavar="STEP",
        section=_EARLY_STOPPING,
    )
    eta: int | None = option(
        None,
        readers.read_count,
        "At each rung of asha, halving and hyperband, one of this many trials goes on, 3 by default.",
        word=int,
        metavar="N",
        section=_EARLY_STOPPING,
    )
    workers: int | None = option(
        None, readers.read_workers, "Number of trials that run in parallel.", word=int, metavar="N", section=_WORKERS
    )
    devices: tuple[str, ...] = option(
        (),
        readers.read_devices,
        "GPUs for the trials, such as cuda:0,cuda:1.",
        executor="local",
        metavar="NAMES",
        section=_WORKERS,
    )
    per_device: int = option(
        1,
        readers.read_workers,
        "Number of workers that share one GPU, 1 by default.",
        word=int,
        executor="local",
        metavar="N",
        section=_WORKERS,
    )
    trial_timeout: float | None = option(
        None,
        readers.read_seconds,
        "Longest duration of one trial, such as 90 (seconds), 30m or 2h.",
        metavar="DURATION",
        section=_TRIAL_LIMITS,
    )
    memory_limit: int | None = option(
        None, readers.read_bytes, "Largest memory of one trial, such as 4G.", metavar="SIZE", section=_TRIAL_LIMITS
    )
    max_failures: int = option(
        20,
        readers.read_count,
        "Stop after this many failed trials in a row, 20 by default.",
        word=int,
        metavar="N",
        section=_RUN_END,
    )
    stop_at: str = option(
        "",
        readers.read_text,
        'Stop when a trial meets this target, such as "accuracy>=0.8 and latency<=0.1".',
        metavar="TARGET",
        section=_RUN_END,
    )
    stop_after: float | None = option(
        None,
        readers.read_seconds,
        "Start no new trial after this duration, such as 2h.",
        metavar="DURATION",
        section=_RUN_END,
    )
    stop_growth: tuple[float, int] | None = option(
        None,
        readers.read_growth,
        "Stop when the hypervolume grew by at most PERCENT in the last TRIALS trials, such as 1:50.",
        metavar="PERCENT:TRIALS",
        section=_RUN_END,
    )
    on_end: str = option(
        "",
        readers.read_text,
        "Shell command to run at the end, with the result in environment variables such as PARETUNE_STATE.",
        metavar="COMMAND",
        section=_RUN_END,
    )
    executor: str = option(
        "local",
        readers.read_executor,
        "Where trials run: local (the default) or ray.",
        metavar="NAME",
        section=_WORKERS,
    )
    address: str | None = option(
        None,
        readers.read_text,
        "Ray cluster, such as auto or 10.0.0.1:6379. Without it, Ray starts on this machine.",
        executor="ray",
        metavar="ADDRESS",
        section=_WORKERS,
    )
    cpus_per_trial: float = option(
        1.0,
        readers.read_processors,
        "Cores that Ray reserves for a trial, 1 by default.",
        word=float,
        executor="ray",
        metavar="NUMBER",
        section=_WORKERS,
    )
    gpus_per_trial: float = option(
        0.0,
        readers.read_processors,
        "GPUs, or a fraction of one, that Ray reserves for a trial; none by default.",
        word=float,
        executor="ray",
        metavar="NUMBER",
        section=_WORKERS,
    )
    log: tuple[str, ...] = option(
        (),
        readers.read_trackers,
        "Show each trial in tensorboard, mlflow or wandb. May be repeated.",
        word=list,
        metavar="NAME",
        section=_OUTPUT,
    )

    @property
    def searcher_options(self) -> dict[str, Any]:
        """The options of the searcher that are given, with what is preferred."""
        preference = {} if self.prefer is None else {"prefer": self.prefer}
        return {**dict(self.searcher_option), **preference}

    @property
    def total(self) -> str:
        """The total of the run in words, such as ``30 trials``."""
        return str(self.budget) if self.budget is not None and self.trials >= UNLIMITED else f"{self.trials} trials"

    @property
    def is_asynchronous(self) -> bool:
        """Whether workers run the trials. Otherwise each suggestion knows every earlier result."""
        return self.workers is not None or bool(self.devices) or self.executor != "local"

    def trial_resources(self) -> TrialResources:
        """Resources that a trial takes of a node of a Ray cluster.

        Raises:
            InvalidInputError: a trial takes nothing.
        """
        from paretune.execution.on_ray import TrialResources

        return TrialResources(self.cpus_per_trial, self.gpus_per_trial, self.memory_limit)


def read_typed(typed: Mapping[str, Any]) -> dict[str, Any]:
    """Read the options that a user typed, each by itself, before a workload is loaded.

    Args:
        typed: by name; None stands for an option that was not typed.

    Raises:
        InvalidInputError: a value is wrong.
    """
    return {name: RUN_OPTIONS[name].read(name, value) for name, value in typed.items() if value is not None}


RUN_OPTIONS: Mapping[str, RunOption] = {f.name: f.metadata["option"] for f in fields(RunOptions)}
