"""Turns of processes that share a study: one at a time, on any storage, without a lock.

Each process raises a flag in the storage, and then looks for the flags of others. If it sees one, it takes its own
down, waits for a random time, and tries again. Of two processes that raise flags at once, at least one sees the
other's.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager

import optuna

from paretune.adapters.optuna.internals import study_user_attrs
from paretune.adapters.optuna.keys import TURN_KEY

_MAX_SECONDS = 30.0  # a flag that does not change for so long is that of a process that died
_WAIT_SECONDS = (0.01, 0.1)


@contextmanager
def turn(study: optuna.Study, name: str) -> Iterator[None]:
    """Run the block while no other process is in such a block of the study.

    Args:
        study: the study.
        name: of this process, different from those of others.
    """
    seen: dict[str, tuple[object, float]] = {}
    generator = random.Random(name)  # noqa: S311 (waiting times)
    while True:
        study.set_user_attr(TURN_KEY + name, time.time())
        if not _others(study, name, seen):
            break
        study.set_user_attr(TURN_KEY + name, 0)
        time.sleep(generator.uniform(*_WAIT_SECONDS))
    try:
        yield
    finally:
        study.set_user_attr(TURN_KEY + name, 0)


def _others(study: optuna.Study, name: str, seen: dict[str, tuple[object, float]]) -> list[str]:
    """The processes with raised flags, without those that have died.

    Args:
        study: the study.
        name: of this process.
        seen: the flags that were seen before, and when they changed; it is updated.
    """
    now = time.monotonic()
    flags = {k: v for k, v in study_user_attrs(study).items() if k.startswith(TURN_KEY) and v and k != TURN_KEY + name}
    for key, flag in flags.items():
        if key not in seen or seen[key][0] != flag:
            seen[key] = flag, now
    return [key for key in flags if now - seen[key][1] < _MAX_SECONDS]
