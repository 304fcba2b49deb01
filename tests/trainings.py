"""Trainings that behave as their parameters say, for spawned processes that import them by name."""

import ctypes
import multiprocessing
import os
import signal
import sys
import time
from functools import partial
from pathlib import Path

from paretune import Maximize, Minimize, Objectives, TrialFailedError

OBJECTIVES = Objectives([Maximize("gain"), Minimize("cost")])
METRICS = {"gain": 0.5, "cost": 2.0}
kept = []  # what a training leaves in its process


def nothing(**_):
    """Ends well."""


def exit_at_once(code, **_):
    os._exit(code)


def fault(**_):
    ctypes.string_at(0)


def kill(number, **_):
    os.kill(os.getpid(), number)
    time.sleep(600)


def raise_error(**_):
    sys.stdout.write("before the end\n")
    raise ValueError("wrong shape")


def lose(**_):
    raise TrialFailedError("lost", "the node is gone")


def hold(mib, ready=None, seconds=600, **_):
    note(ready)
    kept.append(bytearray(os.urandom(1)) * (mib * 2**20))
    time.sleep(seconds)


def print_much(mib, stream="stdout", **_):
    file = getattr(sys, stream)
    for _line in range(mib * 1024):
        file.write("x" * 1023 + "\n")
    file.write("the last line\n")


def never_end(ready=None, **_):
    note(ready)
    while True:
        time.sleep(1)


def ignore_sigterm(ready, **_):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    never_end(ready)


def load_data(ready, then="never_end", **others):
    """As torch's DataLoader: children of its own, forked, which hold what their parent has open."""
    children = [multiprocessing.get_context("fork").Process(target=time.sleep, args=(600,)) for _ in range(2)]
    for child in children:
        child.start()
        note(ready, child.pid)
    note(ready)
    DEEDS[then](**others)


def run_command(ready, **_):
    """As a training of a study file: a program with children."""
    from paretune.workloads.commands.command import Command

    text = 'sleep 600 & echo $! >> "$0"; echo $$ >> "$0"; wait'
    Command(("sh", "-c", text, ready), Path.cwd(), ("gain", "cost")).evaluate({})


def complain_of_memory(**_):
    sys.stderr.write("RuntimeError: CUDA out of memory. Tried to allocate 20.00 MiB\n")
    os._exit(1)


def note(file, number=None):
    if file:
        with Path(file).open("a") as opened:
            print(os.getpid() if number is None else number, file=opened)


DEEDS = {
    deed.__name__: deed
    for deed in (
        nothing,
        exit_at_once,
        fault,
        kill,
        raise_error,
        lose,
        hold,
        print_much,
        never_end,
        ignore_sigterm,
        load_data,
        run_command,
        complain_of_memory,
    )
}


def train(params):
    """Metrics, with the process's id and what its thread pools would read, after the deed."""
    others = dict(params)
    DEEDS[others.pop("deed", "nothing")](**others)
    seen = {name: os.environ.get(name, "") for name in ("OMP_NUM_THREADS", "CUDA_VISIBLE_DEVICES")}
    return {**METRICS, "pid": os.getpid(), "n_evaluated": count(), **seen}


def count():
    kept.append(None)
    return sum(each is None for each in kept)


def outcomes(executor, *deeds):
    """What came of some trainings in an executor's slots, in order of their numbers."""
    waiting, found = list(enumerate(deeds)), {}
    while len(found) < len(deeds):
        while waiting and executor.n_free:
            executor.submit(*waiting.pop(0))
        found |= {finished.number: finished.outcome for finished in executor.wait(1.0)}
    return [found[number] for number in range(len(deeds))]


def prepare():
    return train


def prepare_badly():
    sys.stdout.write("looking for the data\n")
    raise FileNotFoundError("no data here")


def prepare_fatally():
    sys.stderr.write("looking for the data\n")
    ctypes.string_at(0)


def sleep(params):
    """A training of so many seconds, with a front."""
    time.sleep(params.get("seconds", 0.0))
    return {"gain": params["x"] ** 0.5, "cost": params["x"]}


def prepare_sleeping(seconds):
    """By `functools.partial`, what prepares trainings of so many seconds."""
    return partial(sleep_for, seconds)


def sleep_for(seconds, params):
    return sleep({**params, "seconds": seconds})


def report_steps(params, report):
    """Reports ``n`` steps, one every ``seconds``; then it waits to be stopped, or is killed."""
    n, n_done = params.get("n", 3), 0
    for step in range(1, n + 1):
        n_done += 1
        if not report(step, {"loss": 1 / step}):
            break
        time.sleep(params.get("seconds", 0.0))
    wait_for_stop(report, n_done, **{name: params[name] for name in ("waits", "kills") if name in params})
    return {**METRICS, "n_done": n_done}


def wait_for_stop(report, step, waits=0.0, kills=False):
    """Report the last step again until the training should stop, for at most so many seconds; or die."""
    deadline = time.monotonic() + waits
    while time.monotonic() < deadline and report(step, {"loss": 0.0}):
        time.sleep(0.01)
    if kills:
        time.sleep(1.5)  # for the reports to be sent
        os.kill(os.getpid(), signal.SIGKILL)


def return_process(params):
    return {"gain": params["x"], "process": os.getpid()}


def prepare_reporting():
    return report_steps


def report_until(file, _params, report):
    """Reports a step every tenth of a second, until the file exists."""
    step = 0
    while not file.exists():
        step += 1
        report(step, {"loss": 1 / step})
        time.sleep(0.1)
    return METRICS


def prepare_until(file):
    return partial(report_until, file)


def die_after_reports(_params, report):
    return report_steps({"n": 3, "kills": True}, report)


def prepare_killed():
    return die_after_reports


def report_much(params, report):
    """CPU seconds of training steps with and without reports, in turns, among so many steps that are only reported."""
    seconds, loss = [0.0, 0.0], 1.0
    for first in range(0, params["n"], 1_000):
        if first % 10_000:
            for step in range(first, first + 1_000):
                report(step, {"loss": loss})
            continue
        for i, is_reporting in enumerate((False, True)):
            start = time.thread_time()
            for step in range(first, first + 1_000):
                for _ in range(80):
                    loss = 0.99 * loss + 0.01
                if is_reporting:
                    report(step, {"loss": loss})
            seconds[i] += time.thread_time() - start
    return {**METRICS, "silent": seconds[0], "reporting": seconds[1]}


def prepare_reporting_much():
    return report_much


def report_by_command(params, report):
    """As a training of a study file that reports one step and goes on until it is stopped."""
    from paretune.workloads.commands.command import Command

    code = """echo '{"step": 1, "loss": 0.5}'; sleep 600 & echo $! >> "$0"; echo $$ >> "$0"; wait"""
    return Command(("sh", "-c", code, params["ready"]), Path.cwd(), ("gain", "cost"), grace=1.0).evaluate({}, report)


def prepare_command():
    return report_by_command
