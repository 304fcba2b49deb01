"""The searches by shared weights: proposals in the space, and the same ones after a kill."""

from dataclasses import replace

import pytest

from paretune.errors import InvalidInputError
from paretune.evaluation.checkpoint import Checkpoint
from paretune.workloads.builtin.architecture import WORKLOAD
from paretune.workloads.builtin.architecture.cells import EDGE_NAMES
from paretune.workloads.builtin.architecture.search import propose
from paretune.workloads.proposals import ProposalTask

pytestmark = pytest.mark.end_to_end
SMALL = {
    "cost": "multiply_adds",
    "width": 1,
    "cells": 1,
    "supernet_epochs": 4,
    "candidates": 12,
    "proposals": 3,
    "batch_size": 512,
}


def make_task(folder, notify=lambda _: None, fixed=None, **options):
    settings = WORKLOAD.parse_settings({**SMALL, **options}).options
    return ProposalTask(settings, None, WORKLOAD.space.fix(fixed or {}), 0, Checkpoint(folder), notify)


@pytest.mark.parametrize("method", ["one-shot", "darts", "controller"])
def test_proposals_lie_in_space_and_say_what_the_search_cost(tmp_path, method):
    lines = []
    task = make_task(tmp_path, lines.append, {EDGE_NAMES[0]: "conv1"}, method=method)
    found = propose(task)
    assert (found.method, found.steps) == (method, 4)
    assert 1 <= len(found.configurations) <= 3
    for each in found.configurations:
        assert task.space.contains(each.params)
        assert 0 <= each.metrics["inherited_accuracy"] <= 1
    total = sum(each.metrics["search_seconds"] for each in found.configurations)
    assert total == pytest.approx(found.seconds)
    assert sum(each.metrics["search_epochs"] for each in found.configurations) == pytest.approx(4)
    assert lines[-1].startswith("shared weights: epoch 4 of 4, loss ")


def test_killed_search_proposes_what_it_would_have_proposed(tmp_path, monkeypatch):
    whole = propose(make_task(tmp_path / "whole"))
    monkeypatch.setattr(Checkpoint, "is_due", True)  # save after each epoch, however quick it is

    def kill(line):
        if "epoch 3" in line:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        propose(make_task(tmp_path / "killed", kill))
    lines = []
    again = propose(make_task(tmp_path / "killed", lines.append))
    assert [line.split()[3] for line in lines] == ["3", "4"]
    assert [each.params for each in again.configurations] == [each.params for each in whole.configurations]
    inherited = [[each.metrics["inherited_accuracy"] for each in found.configurations] for found in (again, whole)]
    assert inherited[0] == inherited[1]


def test_diverged_supernet_is_refused_in_a_line(tmp_path):
    task = make_task(tmp_path, method="one-shot", batch_size=64)
    with pytest.raises(InvalidInputError, match="the shared weights cannot be trained, as .* lower learning_rate"):
        propose(replace(task, options={**task.options, "learning_rate": 1e30}))
