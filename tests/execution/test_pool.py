"""The executor of worker processes: each failure has its reason, and other trials go on."""

import functools
import os
import signal
import threading
import time

import psutil
import pytest

import trainings
from paretune.errors import InvalidInputError, WorkerError
from paretune.execution import Executor, Pool, Slot, make_slots
from paretune.execution import pool as pools
from process_checks import assert_gone, wait_for_numbers, wait_until
from trainings import outcomes

MIB = 2**20


@pytest.fixture
def pool(tmp_path):
    """Makes a pool, and sees that nothing of it is left."""
    with pools.ExitStack() as stack:

        def call(n_workers=1, prepare=trainings.prepare, **settings):
            places = settings.pop("places", None) or make_slots(n_workers)
            settings = {"grace": 1.0, **settings}
            return stack.enter_context(Pool(prepare, trainings.OBJECTIVES, places, tmp_path / "logs", **settings))

        yield call
    assert not psutil.Process().children(recursive=True) or not any(map(is_a_worker, psutil.Process().children()))


def is_a_worker(process):
    return "spawn_main" in " ".join(process.cmdline())


def do(deed, **others):
    return {"deed": deed, **others}


def test_pool_is_an_executor(pool):
    assert isinstance(pool(), Executor)
    assert pool().is_out_of_process


def test_pool_is_refused_on_windows(pool, monkeypatch):
    monkeypatch.setattr(pools.sys, "platform", "win32")
    with pytest.raises(InvalidInputError, match="workers run on Linux and macOS only: use WSL"):
        pool()


def test_worker_is_set_up_once_for_many_trials(pool):
    running = pool()
    assert (running.n_slots, running.n_free) == (1, 1)
    found, durations = [], []
    for number in range(4):
        where = running.submit(number, {})
        assert running.n_free == 0
        while not (finished := running.wait(1.0)):
            pass
        found.append(finished[0].outcome)
        durations.append(finished[0].durations)
    assert where == {"worker": 0, "device": "cpu", "log": str(running._logs / "3")}
    assert [outcome.values for outcome in found] == [(0.5, 2.0)] * 4
    assert [outcome.metrics["n_evaluated"] for outcome in found] == [1, 2, 3, 4]
    assert len({outcome.metrics["pid"] for outcome in found}) == 1
    assert found[0].metrics["pid"] != os.getpid()
    assert [list(each) for each in durations] == [["set_up"], [], [], []]


ENDS = [
    (do("exit_at_once", code=3), "crashed", "ended with exit code 3"),
    (do("exit_at_once", code=0), "crashed", "ended its process with exit code 0"),
    (do("fault"), "crashed", "was killed by SIGSEGV"),
    (do("kill", number=int(signal.SIGKILL)), "lost", "was killed by SIGKILL from outside"),
    (do("kill", number=int(signal.SIGTERM)), "lost", "was killed by SIGTERM from outside"),
    (do("raise_error"), "crashed", "ValueError: wrong shape"),
    (do("lose"), "lost", "the node is gone"),
    (do("complain_of_memory"), "out_of_memory", "CUDA out of memory"),
]


def test_failed_trial_has_reason_and_next_trial_runs(pool):
    running = pool(2)
    found = outcomes(running, *[deed for end in ENDS for deed in (end[0], {})])
    for (deed, reason, message), outcome, after in zip(ENDS, found[::2], found[1::2], strict=True):
        assert (deed, outcome.reason) == (deed, reason)
        assert message in outcome.message
        assert outcome.values is None
        assert outcome.seconds >= 0
        assert after.values == (0.5, 2.0)


def test_trial_that_kills_its_worker_harms_no_other(pool):
    running = pool(2)
    first, *_, last = outcomes(running, {}, {}, do("exit_at_once", code=1), {}, {}, {})
    workers = {outcome.metrics["pid"] for outcome in outcomes(running, {}, {})}
    assert first.values == last.values == (0.5, 2.0)
    assert len(workers) == 2


def test_worker_killed_while_idle_costs_no_trial(pool):
    running = pool()
    (before,) = outcomes(running, {})
    os.kill(before.metrics["pid"], signal.SIGKILL)
    wait_until(lambda: running._states[0].process.has_exited, "the worker is gone")
    (after,) = outcomes(running, {})
    assert after.values == (0.5, 2.0)


def test_trial_above_memory_limit_is_ended_and_next_one_runs(pool, tmp_path):
    ready = tmp_path / "ready"
    running = pool(memory_limit=400 * MIB)
    above, after = outcomes(running, do("hold", mib=600, ready=str(ready)), {})
    assert above.reason == "out_of_memory"
    assert "above its limit of 400 MiB" in above.message
    assert after.values == (0.5, 2.0)
    assert_gone(wait_for_numbers(ready, 1))


def test_memory_of_trial_includes_its_children(pool, tmp_path):
    deed = do("load_data", ready=str(tmp_path / "ready"), then="hold", mib=300)
    (above,) = outcomes(pool(memory_limit=350 * MIB), deed)
    assert above.reason == "out_of_memory"


def test_worker_that_leaks_memory_is_replaced(pool):
    running = pool()
    clean, leaky, after = outcomes(running, {}, do("hold", mib=700, seconds=0), {})
    assert clean.metrics["pid"] == leaky.metrics["pid"] != after.metrics["pid"]
    assert leaky.values == after.values == (0.5, 2.0)


@pytest.mark.parametrize("deed", ["never_end", "ignore_sigterm"])
@pytest.mark.end_to_end
def test_endless_trial_is_timed_out_and_next_one_runs(pool, tmp_path, deed):
    ready = tmp_path / "ready"
    late, after = outcomes(pool(timeout=2.0), do(deed, ready=str(ready)), {})
    assert late.reason == "timed_out"
    assert "ran longer than its timeout of 2 s" in late.message
    assert late.seconds > 2.0
    assert after.values == (0.5, 2.0)
    assert_gone(wait_for_numbers(ready, 1))


def slowly():
    time.sleep(2.0)
    return trainings.train


def test_set_up_time_does_not_count_for_timeout(pool):
    (outcome,) = outcomes(pool(prepare=slowly, timeout=1.9), {})
    assert outcome.values == (0.5, 2.0)


def test_much_output_does_not_block_and_log_is_truncated(pool, tmp_path):
    (outcome,) = outcomes(pool(), do("print_much", mib=100))
    assert outcome.values == (0.5, 2.0)
    log = (tmp_path / "logs" / "0" / "log").read_bytes()
    assert len(log) < 2 * MIB
    assert log.endswith(b"the last line\n")


def test_trial_has_own_log_and_failure_shows_its_end(pool, tmp_path):
    silent, loud, fatal = outcomes(pool(), {}, do("raise_error"), do("complain_of_memory"))
    assert silent.message == ""
    assert "before the end\nTraceback" in (tmp_path / "logs" / "1" / "log").read_text()
    assert "Tried to allocate" not in (tmp_path / "logs" / "1" / "log").read_text()
    assert "the last lines of its log:\nRuntimeError" in fatal.message
    assert sorted(path.name for path in (tmp_path / "logs").iterdir()) == ["1", "2"]
    assert loud.reason == "crashed"


def test_log_of_earlier_database_is_not_shown(pool, tmp_path):
    (tmp_path / "logs" / "0").mkdir(parents=True)
    (tmp_path / "logs" / "0" / "log").write_text("CUDA out of memory\n")
    (outcome,) = outcomes(pool(), do("exit_at_once", code=1))
    assert (outcome.reason, outcome.message) == ("crashed", "ended with exit code 1; it left no log")


def test_trials_run_without_log_if_none_can_be_written(tmp_path):
    (tmp_path / "file").touch()
    with Pool(trainings.prepare, trainings.OBJECTIVES, make_slots(1), tmp_path / "file") as running:
        assert [outcome.reason for outcome in outcomes(running, {}, do("raise_error"))] == ["", "crashed"]


@pytest.mark.parametrize(
    ("prepare", "message"),
    [
        (trainings.prepare_badly, "FileNotFoundError: no data here; the last lines of its log:\nlooking for the data"),
        (trainings.prepare_fatally, "it was killed by SIGSEGV; the last lines of its log:\nlooking for the data"),
    ],
)
def test_failed_set_up_is_an_error_with_log(pool, prepare, message):
    with pytest.raises(WorkerError) as raised:
        outcomes(pool(prepare=prepare), {})
    assert message in str(raised.value)
    assert 'if __name__ == "__main__":' in str(raised.value)


def test_unpicklable_evaluate_is_an_error(pool):
    with pytest.raises(InvalidInputError, match="evaluate cannot be sent to a worker .*: define it at the top"):
        pool(prepare=functools.partial(lambda: None)).submit(0, {})


def test_worker_has_environment_of_slot_and_this_process_keeps_its_own(pool, monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "before")
    places = [
        Slot(0, "cuda:0", {"CUDA_VISIBLE_DEVICES": "5", "OMP_NUM_THREADS": "3"}),
        Slot(1, "cuda:1", {"CUDA_VISIBLE_DEVICES": "7", "OMP_NUM_THREADS": "2"}),
    ]
    seen = [outcome.metrics for outcome in outcomes(pool(places=places), {}, {})]
    found = {(metrics["CUDA_VISIBLE_DEVICES"], metrics["OMP_NUM_THREADS"]) for metrics in seen}
    assert found == {("5", "3"), ("7", "2")}
    assert os.environ["CUDA_VISIBLE_DEVICES"] == "before"


@pytest.mark.parametrize("then", ["never_end", "exit_at_once", "fault"])
@pytest.mark.end_to_end
def test_children_of_trial_end_with_its_worker(pool, tmp_path, then):
    """As those of torch's DataLoader, which hold open what the worker has open, its connection and all."""
    ready, timeout = tmp_path / "ready", 6.0 if then == "never_end" else 60.0
    (outcome,) = outcomes(pool(timeout=timeout), do("load_data", ready=str(ready), then=then, code=1))
    assert outcome.reason == ("timed_out" if then == "never_end" else "crashed")
    assert_gone(wait_for_numbers(ready, 3))


def test_exit_of_pool_ends_all_processes(tmp_path):
    ready = tmp_path / "ready"
    with Pool(trainings.prepare, trainings.OBJECTIVES, make_slots(2), tmp_path / "logs", grace=1.0) as running:
        running.submit(0, do("load_data", ready=str(ready)))
        running.submit(1, do("run_command", ready=str(ready)))
        pids = wait_for_numbers(ready, 5)
    assert_gone(pids)


def test_command_dies_with_killed_worker(pool, tmp_path):
    ready = tmp_path / "ready"
    running = pool()
    running.submit(0, do("run_command", ready=str(ready)))
    pids = wait_for_numbers(ready, 2)
    os.kill(running._states[0].process.pid, signal.SIGKILL)
    assert wait_for_one(running).outcome.reason == "lost"
    assert_gone(pids)


def wait_for_one(running):
    while not (finished := running.wait(1.0)):
        pass
    return finished[0]


def test_trial_finished_before_its_worker_was_killed_counts(pool):
    running = pool()
    outcomes(running, {})
    running.submit(1, {})
    process = running._states[0].process
    wait_until(process.connection.poll, "the worker reports the end of the trial")
    os.kill(process.pid, signal.SIGKILL)
    wait_until(lambda: process.exit_code is not None, "the worker is gone")
    assert wait_for_one(running).outcome.values == (0.5, 2.0)


def test_ctrl_c_does_not_reach_a_worker_not_even_while_it_starts(pool):
    """A terminal sends it to all that are in its group, as a process is that was started just now."""
    running = pool()
    running.submit(0, {})
    process = running._states[0].process
    while not process.connection.poll(0.002):
        os.kill(process.pid, signal.SIGINT)
    assert wait_for_one(running).outcome.values == (0.5, 2.0)


def test_pool_works_in_a_thread(pool):
    found = []
    thread = threading.Thread(target=lambda: found.extend(outcomes(pool(), {}, {})))
    thread.start()
    thread.join()
    assert [outcome.values for outcome in found] == [(0.5, 2.0)] * 2
