"""Tests of turns of processes that share a study."""

import threading
import time

import optuna
import pytest

from paretune.study import turns
from paretune.study.turns import turn

pytestmark = pytest.mark.usefixtures("quiet_optuna")


def test_blocks_never_overlap():
    study, inside, most = optuna.create_study(), [], []

    def work(name):
        for _ in range(5):
            with turn(study, name):
                inside.append(name)
                time.sleep(0.001)
                most.append(len(inside))
                inside.remove(name)

    threads = [threading.Thread(target=work, args=(str(i),)) for i in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 15


def test_flag_of_a_dead_process_is_ignored(monkeypatch):
    study = optuna.create_study()
    study.set_user_attr("paretune:turn:dead", 1.0)
    monkeypatch.setattr(turns, "_MAX_SECONDS", 0.05)
    with turn(study, "mine"):
        pass
    assert study.user_attrs["paretune:turn:mine"] == 0
