"""What may be said of a run? By flags, else in the study file, else by default."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from paretune.errors import InvalidInputError
from paretune.execution import slots
from paretune.objectives import Objectives
from paretune.space import Int
from paretune.space.values import number
from paretune.study import Stop
from paretune.study.searchers import SEARCHERS
from paretune.tracking import TRACKERS, check_tracker
from paretune.workloads.commands.yaml_with_lines import Marked, nearest

if TYPE_CHECKING:
    from paretune.execution.on_ray import Demand

_COUNT = Int(1, 2**32)
_EXECUTORS = ("local", "ray")
_LOCAL_ONLY, _RAY_ONLY = ("devices", "per_device"), ("address", "cpus_per_trial", "gpus_per_trial")
_NUMBER = r"(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?"
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_BYTES = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}


@dataclass(frozen=True)
class RunOptions:
    """How a search is run; none of it changes what is searched.

    Args:
        trials: the study's total.
        searcher: who chooses the trials; as in the study's last run, or ``bayes``, where not given.
        seed: of the search; that of the last run with the same searcher, or 0, where not given.
        workers: how many trials run side by side; by default as many as the devices take, or one.
        devices: GPUs such as ``cuda:0``.
        per_device: workers that share a GPU.
        trial_timeout: seconds a trial may take.
        memory_limit: bytes a trial may hold.
        max_failures: failures in a row that end the run.
        stop_at: conditions that end it.
        stop_after: seconds that end it.
        stop_growth: percent and trials: so little growth of the hypervolume in so many trials ends it.
        executor: where trials run, ``local`` or ``ray``.
        address: of a Ray cluster; None for a Ray of this machine.
        cpus_per_trial: cores that Ray reserves for a trial.
        gpus_per_trial: GPUs, or a share of one.
        log: trackers that are told of each trial.
    """

    trials: int = 30
    searcher: str | None = None
    seed: int | None = None
    workers: int | None = None
    devices: tuple[str, ...] = ()
    per_device: int = 1
    trial_timeout: float | None = None
    memory_limit: int | None = None
    max_failures: int = 20
    stop_at: str = ""
    stop_after: float | None = None
    stop_growth: tuple[float, int] | None = None
    executor: str = "local"
    address: str | None = None
    cpus_per_trial: float = 1.0
    gpus_per_trial: float = 0.0
    log: tuple[str, ...] = ()

    @property
    def is_asynchronous(self) -> bool:
        """Whether workers were asked for: otherwise trials follow each other, and a search can be repeated."""
        return self.workers is not None or bool(self.devices) or self.executor != "local"

    def demand(self) -> Demand:
        """What a trial takes of a node of a Ray cluster.

        Raises:
            InvalidInputError: it takes nothing.
        """
        from paretune.execution.on_ray import Demand

        return Demand(self.cpus_per_trial, self.gpus_per_trial, self.memory_limit)


FLAGS = tuple(f.name for f in fields(RunOptions))


def run_options(flags: Mapping[str, Any], of_file: Mapping[str, Any], objectives: Objectives) -> RunOptions:
    """The options of a run.

    Args:
        flags: as typed; None where not given.
        of_file: what stands under ``run`` in the study file; what it says of another executor than the one typed is not
            meant.
        objectives: what a target may be set for.

    Raises:
        InvalidInputError: a name or value does not fit; the message names the line where it stands in a file.
    """
    for name, value in of_file.items():
        if name not in FLAGS:
            raise _wrong(value, f"run has no {name!r}{nearest(name, FLAGS)}; it has {', '.join(FLAGS)}")
    replaced = {"local": _RAY_ONLY, "ray": _LOCAL_ONLY}.get(flags.get("executor") or "", ())
    of_file = {name: value for name, value in of_file.items() if name not in replaced}
    given = {**of_file, **{name: value for name, value in flags.items() if value is not None}}
    options = {name: _read(name, value) for name, value in given.items()}
    _check_place(options, given)
    if "stop_at" in options:
        with _told_at(given["stop_at"]):
            Stop(target=options["stop_at"]).check(objectives)
    how = RunOptions(**options)
    if how.executor == "ray":
        how.demand()  # refused before a study is made
    return how


def _check_place(options: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    """What is said of one place to run is not meant for another."""
    is_ray = options.get("executor") == "ray"
    for name in _LOCAL_ONLY if is_ray else _RAY_ONLY:
        if name in options:
            how = "give --cpus-per-trial and --gpus-per-trial to Ray" if is_ray else "add --executor ray"
            raise _wrong(given[name], f"{name} is not for executor {'ray' if is_ray else 'local'}: {how}")
    if "per_device" in options and not options.get("devices"):
        raise _wrong(given["per_device"], "per_device says how many workers share a GPU: name GPUs by devices, too")


def _read(name: str, value: Any) -> Any:
    with _told_at(value):
        return _READERS[name](name, value.plain() if isinstance(value, Marked) else value)


@contextmanager
def _told_at(value: Any) -> Iterator[None]:
    """What is wrong with a value is told with its place."""
    try:
        yield
    except InvalidInputError as error:
        raise _wrong(value, str(error)) from error


def _wrong(value: Any, message: str) -> InvalidInputError:
    return value.wrong(message) if isinstance(value, Marked) else InvalidInputError(message)


def _count(name: str, value: Any) -> int:
    return int(_COUNT.check(name, value))


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise InvalidInputError(f"{name} must be text, but is {value!r}")
    return value


def _devices(name: str, value: Any) -> tuple[str, ...]:
    """Names, as a list or with commas between."""
    words = value.split(",") if isinstance(value, str) else value
    if not isinstance(words, (list, tuple)):
        raise InvalidInputError(f"{name} must be names such as cuda:0,cuda:1, but is {value!r}")
    devices = tuple(str(word).strip() for word in words)
    slots(None, devices)  # they are there
    return devices


def _one_of(words: Collection[str]) -> Callable[[str, Any], str]:
    def read(name: str, value: Any) -> str:
        if value not in words:
            raise InvalidInputError(f"{name} must be one of {', '.join(words)}, but is {value!r}")
        return str(value)

    return read


def _share(name: str, value: Any) -> float:
    """A number of processors, which may be a fraction."""
    amount = number(name, value)
    if amount < 0 or (amount > 1 and amount != int(amount)):
        raise InvalidInputError(f"{name} must be a whole number or a share below 1, but is {value!r}")
    return amount


def _measured(name: str, value: Any, units: Mapping[str, int], example: str) -> float:
    """A number with a unit behind it."""
    found = re.fullmatch(rf"\s*({_NUMBER})\s*([A-Za-z]?)(?:i?B)?\s*", str(value))
    if found is None or found[2] not in units:
        raise InvalidInputError(f"{name} must be a number such as {example}, but is {value!r}")
    size = number(name, float(found[1])) * units[found[2]]
    if size <= 0:
        raise InvalidInputError(f"{name} must be more than 0, but is {value!r}")
    return size


def _seconds(name: str, value: Any) -> float:
    return _measured(name, value, _SECONDS, "90, 30m or 2h")


def _bytes(name: str, value: Any) -> int:
    size = int(_measured(name, value, _BYTES, "800M or 4G"))
    if size < _BYTES["M"]:
        raise InvalidInputError(f"{name} must be a number such as 800M or 4G, but {value!r} is {size:,} bytes")
    return size


def _growth(name: str, value: Any) -> tuple[float, int]:
    found = re.fullmatch(rf"\s*({_NUMBER})\s*%?\s*:\s*(\d+)\s*", str(value))
    if found is None:
        raise InvalidInputError(f"{name} must be percent and trials, such as 1:50, but is {value!r}")
    return float(found[1]), _count(name, int(found[2]))


def _log(name: str, value: Any) -> tuple[str, ...]:
    """Names of trackers, once each."""
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, (list, tuple)):
        raise InvalidInputError(f"{name} must be names such as {TRACKERS[0]}, but is {value!r}")
    return tuple(dict.fromkeys(check_tracker(str(word)) for word in words))


_READERS: dict[str, Any] = {
    "trials": _count,
    "searcher": _one_of(SEARCHERS),
    "seed": lambda name, value: int(Int(0, 2**32 - 1).check(name, value)),
    "workers": _count,
    "devices": _devices,
    "per_device": _count,
    "trial_timeout": _seconds,
    "memory_limit": _bytes,
    "max_failures": _count,
    "stop_at": _text,
    "stop_after": _seconds,
    "stop_growth": _growth,
    "executor": _one_of(_EXECUTORS),
    "address": _text,
    "cpus_per_trial": _share,
    "gpus_per_trial": _share,
    "log": _log,
}
