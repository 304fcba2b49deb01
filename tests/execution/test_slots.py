"""Slots on GPUs and on shares of the cores."""

import os
import sys

import pytest

from paretune.errors import InvalidInputError
from paretune.execution import make_slots

THREADS = ["OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS"]


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch):
    for name in (*THREADS, "CUDA_VISIBLE_DEVICES"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def gpus(monkeypatch):
    """Pretend that the machine has ``n`` GPUs."""

    def call(n):
        module = sys.modules["paretune.execution.slots"]  # the package shows the function of that name
        monkeypatch.setattr(module, "visible_gpus", lambda: tuple(f"8e6f1f9a-{i}" for i in range(n)))

    return call


def test_single_cpu_worker_has_no_thread_limit():
    (slot,) = make_slots()
    assert (slot.worker, slot.device, slot.environment) == (0, "cpu", {})


@pytest.mark.parametrize("n_workers", [2, 3, 1000])
def test_cores_are_divided_among_workers(n_workers):
    cores = len(os.sched_getaffinity(0))
    for slot in make_slots(n_workers):
        share = int(slot.environment["OMP_NUM_THREADS"])
        assert share == max(1, cores // n_workers)
        assert {slot.environment[name] for name in THREADS} == {str(share)}
    assert [slot.worker for slot in make_slots(n_workers)] == list(range(n_workers))


def test_thread_limit_of_user_is_kept(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    assert "OMP_NUM_THREADS" not in make_slots(2)[0].environment
    assert "MKL_NUM_THREADS" in make_slots(2)[0].environment


def test_workers_are_assigned_to_devices_in_turn(gpus):
    gpus(4)
    found = make_slots(None, ["cuda:1", "cuda:3"], 2)
    assert [slot.device for slot in found] == ["cuda:1", "cuda:3", "cuda:1", "cuda:3"]
    assert [slot.environment["CUDA_VISIBLE_DEVICES"] for slot in found] == ["1", "3", "1", "3"]
    assert [slot.device for slot in make_slots(3, ["cuda:1", "cuda:3"], 2)] == ["cuda:1", "cuda:3", "cuda:1"]


def test_devices_are_numbered_among_visible_ones(gpus, monkeypatch):
    gpus(2)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "2, GPU-8a7b")
    found = make_slots(None, ["cuda:0", "cuda:1"])
    assert [slot.environment["CUDA_VISIBLE_DEVICES"] for slot in found] == ["2", "GPU-8a7b"]


@pytest.mark.parametrize(
    ("n_gpus", "arguments", "complaint"),
    [
        (0, (None, ["cuda:0"]), "no device cuda:0: there is no NVIDIA GPU"),
        (2, (None, ["cuda:2"]), "no device cuda:2: there are cuda:0, cuda:1"),
        (2, (None, ["gpu0"]), "a device must be named cuda:0, cuda:1 and so on, but got 'gpu0'"),
        (
            2,
            (3, ["cuda:0", "cuda:1"]),
            "3 workers are more than 2 devices take at 1 a device: give --workers 2, or more",
        ),
    ],
)
def test_missing_device_is_an_error(gpus, n_gpus, arguments, complaint):
    gpus(n_gpus)
    with pytest.raises(InvalidInputError) as refusal:
        make_slots(*arguments)
    assert complaint in str(refusal.value)
