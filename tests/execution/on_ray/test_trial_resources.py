"""The number of trials that fit on nodes, compared with an assignment one by one."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from paretune.errors import InvalidInputError
from paretune.execution.on_ray import TrialResources

NODES = st.lists(st.fixed_dictionaries({"CPU": st.integers(0, 9), "GPU": st.integers(0, 3)}), max_size=4)


@given(NODES, st.sampled_from([0.0, 0.5, 1.0, 2.0]), st.sampled_from([0.0, 0.25, 1.0, 2.0]))
def test_n_fitting_equals_count_by_assignment(nodes, cpus, gpus):
    assume(cpus or gpus)
    count = 0
    for node in nodes:
        free_cpus, free_gpus = node["CPU"], node["GPU"]
        while free_cpus >= cpus and free_gpus >= gpus:
            free_cpus, free_gpus, count = free_cpus - cpus, free_gpus - gpus, count + 1
    assert TrialResources(cpus, gpus).n_fitting(nodes) == count


def test_reserved_memory_limits_number_of_trials():
    nodes = [{"CPU": 8.0, "memory": 16e9}, {"CPU": 8.0}]
    assert TrialResources(1.0, memory=5 * 10**9).n_fitting(nodes) == 3
    assert TrialResources(1.0).n_fitting(nodes) == 16


@pytest.mark.parametrize(
    ("demand", "words"),
    [(TrialResources(2, 0.25), "2 CPUs and 0.25 GPUs"), (TrialResources(1, memory=10**9), "1 CPUs and 1e+09 bytes")],
)
def test_resources_are_described_in_words(demand, words):
    assert str(demand).startswith(words)


def test_trial_that_reserves_nothing_is_refused():
    with pytest.raises(InvalidInputError, match="^a trial must reserve a part of its node: give --cpus-per-trial"):
        TrialResources(0.0, 0.0)
    assert TrialResources(0.0, 0.25).n_fitting([{"GPU": 1.0}]) == 4
