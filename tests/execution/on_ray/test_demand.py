"""How many trials fit on nodes: counted by giving them out one by one."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from paretune.errors import InvalidInputError
from paretune.execution.on_ray import Demand

NODES = st.lists(st.fixed_dictionaries({"CPU": st.integers(0, 9), "GPU": st.integers(0, 3)}), max_size=4)


@given(NODES, st.sampled_from([0.0, 0.5, 1.0, 2.0]), st.sampled_from([0.0, 0.25, 1.0, 2.0]))
def test_as_many_fit_as_can_be_given_out_one_by_one(nodes, cpus, gpus):
    assume(cpus or gpus)
    count = 0
    for node in nodes:
        free_cpus, free_gpus = node["CPU"], node["GPU"]
        while free_cpus >= cpus and free_gpus >= gpus:
            free_cpus, free_gpus, count = free_cpus - cpus, free_gpus - gpus, count + 1
    assert Demand(cpus, gpus).n_fitting(nodes) == count


def test_memory_counts_where_it_is_reserved():
    nodes = [{"CPU": 8.0, "memory": 16e9}, {"CPU": 8.0}]
    assert Demand(1.0, memory=5 * 10**9).n_fitting(nodes) == 3
    assert Demand(1.0).n_fitting(nodes) == 16


@pytest.mark.parametrize(
    ("demand", "words"),
    [(Demand(2, 0.25), "2 CPUs and 0.25 GPUs"), (Demand(1, memory=10**9), "1 CPUs and 1e+09 bytes")],
)
def test_a_demand_is_told_in_words(demand, words):
    assert str(demand).startswith(words)


def test_a_trial_that_takes_nothing_of_its_node_is_refused():
    with pytest.raises(InvalidInputError, match="^a trial must take something of its node: give --cpus-per-trial"):
        Demand(0.0, 0.0)
    assert Demand(0.0, 0.25).n_fitting([{"GPU": 1.0}]) == 4
