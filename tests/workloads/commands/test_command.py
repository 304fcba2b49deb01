"""Real commands: their metrics, their failures, and the end of all their processes."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from paretune.errors import TrialFailedError
from paretune.evaluation.checkpoint import Checkpoint
from paretune.evaluation.reporter import Reporter
from paretune.workloads.commands.command import Command
from process_checks import assert_gone, wait_for_numbers

METRICS = """echo '{"a": 1, "a_se": 0.1, "b": 2, "note": "x"}'"""
RUNNER = """
import signal, sys
from pathlib import Path
from paretune.workloads.commands.command import Command
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # nohup and a shell's & leave these ignored
signal.signal(signal.SIGINT, signal.default_int_handler)
try:
    Command(("sh", "-c", sys.argv[1]), Path.cwd(), ("a", "b")).evaluate({})
except Exception as error:
    print(getattr(error, "reason", "none"), error)
"""
FAMILY = "sleep 600 & echo $! >> pids; echo $$ >> pids; wait"


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))  # a runner that is killed leaves its folder behind
    return tmp_path


def shell(text, **settings):
    return Command(("sh", "-c", text), Path.cwd(), ("a", "b"), **settings)


def failure(text, **settings):
    with pytest.raises(TrialFailedError) as raised:
        shell(text, **settings).evaluate({"x": 0.5})
    return raised.value.reason, str(raised.value)


def timed_out(text, **settings):
    """The failure of a command that says when it is ready to be timed out, however busy the machine."""
    for timeout in (0.5, 5.0, 50.0):
        found = failure(text.replace("READY", "touch ready"), timeout=timeout, **settings)
        if Path("ready").exists():
            return *found, timeout
    raise AssertionError("the command did not start in a minute")


def family(n=2):
    """The processes that `FAMILY` has written down."""
    return wait_for_numbers(Path("pids"), n)


def test_command_gets_the_seed_of_its_trial_in_a_variable(monkeypatch):
    monkeypatch.delenv("PARETUNE_SEED", raising=False)
    command = shell("""echo "{\\"a\\": ${PARETUNE_SEED:--1}, \\"b\\": 0}" """)
    assert [command.evaluate({}, seed=seed)["a"] for seed in (5, 6, None)] == [5, 6, -1]


@pytest.fixture
def runner():
    """Starts a process that evaluates a command."""
    started = []

    def call(text):
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        started.append(subprocess.Popen([sys.executable, "-c", RUNNER, text], **pipes))
        return started[-1]

    yield call
    for process in started:
        process.kill()
        process.communicate()


def test_evaluation_returns_all_printed_metrics():
    expected = {"a": 1, "a_se": 0.1, "b": 2, "note": "x", "measured": "shared"}
    assert shell(METRICS).evaluate({"x": 1}) == expected


LATENCY = "from paretune.measure import latency; latency(lambda: 0, device='cpu')"


@pytest.mark.parametrize(
    ("program", "measured"),
    [
        (f'"{sys.executable}" -c "{LATENCY}"', "exclusive"),
        (f'"{sys.executable}" -c "from paretune.cli import main; main()" measure-lock -- true', "exclusive"),
        (f'"{sys.executable}" -c "{LATENCY.replace("cpu", "tpu")}" 2>&-', "shared"),
        ("true", "shared"),
    ],
)
def test_metrics_are_marked_shared_unless_program_locked_a_device(program, measured, monkeypatch, tmp_path):
    monkeypatch.setenv("PARETUNE_LOCKS", str(tmp_path))
    assert shell(f"{program}; {METRICS}").evaluate({})["measured"] == measured


def test_parameters_arrive_by_environment_and_by_file():
    params = {"x": 0.1 + 0.2, "k": 3, "word": 'ü "quoted"\n', "flag": True, "none": None}
    save = 'printf %s "$PARETUNE_PARAMS" > from_environment; cat "$PARETUNE_PARAMS_FILE" > from_file; '
    shell(save + METRICS).evaluate(params)
    for name in ("from_environment", "from_file"):
        text = Path(name).read_text()
        assert json.loads(text) == params
        assert "\n" not in text


def test_command_runs_in_study_folder_and_params_file_is_removed(in_an_empty_folder):
    shell(f'pwd > here; echo "$PARETUNE_PARAMS_FILE" >> here; {METRICS}').evaluate({})
    here, file = Path("here").read_text().splitlines()
    assert Path(here).samefile(in_an_empty_folder)
    assert not Path(file).parent.exists()


def test_program_next_to_study_file_is_found_from_any_folder(in_an_empty_folder, monkeypatch):
    program = in_an_empty_folder / "train.sh"
    program.write_text(f"#!/bin/sh\n{METRICS}\n")
    program.chmod(0o755)
    monkeypatch.chdir("/")
    assert Command(("./train.sh",), in_an_empty_folder, ("a",)).evaluate({})["a"] == 1


def test_command_has_empty_standard_input():
    assert shell(f"read -r line; {METRICS}").evaluate({})["a"] == 1


def test_much_output_of_command_does_not_block():
    assert shell(f"yes 'a long line of log' | head -n 200000; yes x | head -n 200000 >&2; {METRICS}").evaluate({})


@pytest.mark.parametrize(
    ("text", "reason", "expected"),
    [
        (f"{METRICS}; echo so >&2; exit 3", "crashed", "ended with exit code 3; the last lines of its log:\nso"),
        ("exit 1", "crashed", "sh -c 'exit 1' ended with exit code 1; it left no log"),
        ("kill -SEGV $$", "crashed", "was killed by SIGSEGV"),
        ("kill -TERM $$", "crashed", "was killed by SIGTERM"),
        ("sh -c 'kill -ABRT $$'; exit $?", "crashed", "ended with exit code 134, as if killed by SIGABRT"),
        ("kill -KILL $$", "lost", "was killed by SIGKILL from outside"),
        ("sh -c 'kill -KILL $$'; exit $?", "lost", "ended with exit code 137, as if killed by SIGKILL from outside"),
        ("echo 'RuntimeError: CUDA out of memory.' >&2; exit 1", "out_of_memory", "ended with exit code 1"),
        ("echo MemoryError; exit 0", "out_of_memory", "printed no metrics"),
        ("true", "crashed", 'printed no metrics, but must print a line such as {"a": 0.5, "b": 0.5}'),
        ('echo \'{"a": 1, "b": 2, "step": 1}\'', "crashed", "printed only metrics with a step"),
        ('echo \'{"a": 1, "c": 2}\'', "crashed", "printed no 'b', only a, c"),
        ("echo '{}'", "crashed", "printed no 'a', only {}"),
        ('echo \'{"a": 1, "b": "high"}\'', "crashed", 'printed {"b": "high"}, but b must be a number'),
        (
            'echo \'{"a": 1, "b": 2, "b_se": -1}\'',
            "crashed",
            "printed b_se=-1; a standard error must be a number >= 0",
        ),
        ('echo \'{"a": 1, "b": 2, "paretune:steps": 3}\'', "crashed", "printed 'paretune:steps'; names that begin"),
        ('echo \'{"a": true, "b": 1}\'', "crashed", "a must be a number"),
    ],
)
def test_failed_command_has_reason_and_log(text, reason, expected):
    found, message = failure(text)
    assert expected in message
    assert found == reason


def test_memory_error_of_python_program_is_out_of_memory():
    command = Command((sys.executable, "-c", "bytearray(2**62)"), Path.cwd(), ("a",))
    with pytest.raises(TrialFailedError, match="MemoryError") as raised:
        command.evaluate({})
    assert raised.value.reason == "out_of_memory"


def test_time_out_keeps_log_and_ignores_metrics():
    reason, message, timeout = timed_out(f"echo begun; {METRICS}; READY; sleep 600")
    assert reason == "timed_out"
    assert f"ran longer than its timeout of {timeout:g} s; the last lines of its log:\nbegun" in message


def test_time_out_sends_sigterm_before_sigkill():
    timed_out("trap 'touch saved; exit 1' TERM; READY; while :; do sleep 0.05; done", grace=60.0)
    assert Path("saved").exists()


def test_time_out_kills_all_processes_even_if_they_ignore_sigterm():
    timed_out("trap '' TERM; sleep 600 & echo $! >> pids; echo $$ >> pids; READY; sleep 600", grace=0.1)
    assert_gone(family())


def test_child_of_command_ends_with_it():
    assert shell(f"sleep 600 & echo $! > pids; {METRICS}").evaluate({})["a"] == 1
    assert_gone(family(1))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_command_dies_with_process_that_runs_it(runner, number):
    process = runner(FAMILY)
    pids = family()
    process.send_signal(number)
    process.wait(60)
    assert_gone(pids)


def test_trial_of_removed_program_is_lost():
    with pytest.raises(TrialFailedError, match="could not be run") as raised:
        Command(("./gone",), Path.cwd(), ("a",)).evaluate({})
    assert raised.value.reason == "lost"


def small_group():
    """A new control group with 256 MiB and no swap next to that of this process; None where none can be made."""
    file, mount = Path("/proc/self/cgroup"), Path("/sys/fs/cgroup")
    rows = [line.split(":", 2) for line in (file.read_text().splitlines() if file.exists() else [])]
    first = [mount / "memory" / path.lstrip("/") for _, names, path in rows if "memory" in names.split(",")]
    second = [mount / path.lstrip("/") for _, names, path in rows if not names]
    for parent, limit, swap in (
        *((parent, "memory.limit_in_bytes", "memory.memsw.limit_in_bytes") for parent in first),
        *((parent, "memory.max", "memory.swap.max") for parent in second),
    ):
        group = parent / f"paretune-test-{os.getpid()}"
        try:
            group.mkdir()
            (group / limit).write_text(str(2**28))
            if psutil.swap_memory().total:
                (group / swap).write_text(str(2**28) if "memsw" in swap else "0")
            subprocess.run(["/bin/sh", "-c", 'echo $$ > "$0"', str(group / "cgroup.procs")], check=True)
        except (OSError, subprocess.CalledProcessError):
            if group.is_dir():
                group.rmdir()
        else:
            return group
    return None


@pytest.fixture
def small_memory():
    """The file that takes the members of a control group with little memory."""
    group = small_group()
    if group is None:
        pytest.skip("no control group can be made here: it takes root and the memory controller")
    yield group / "cgroup.procs"
    group.rmdir()


def test_command_killed_by_kernel_for_memory_is_out_of_memory(small_memory):
    eat = f"exec {sys.executable} -c 'x = bytearray(2**30); x[::4096] = bytes(len(x[::4096])); print(sum(x))'"
    done = subprocess.run(
        ["/bin/sh", "-c", 'echo $$ > "$0" && exec "$@"', str(small_memory), sys.executable, "-c", RUNNER, eat],
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )
    assert done.stdout.startswith("out_of_memory "), done
    assert "had a process killed by the kernel because memory ran out" in done.stdout


def test_output_of_each_run_has_own_file_in_log_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("PARETUNE_LOG_FOLDER", str(tmp_path / "log"))
    (tmp_path / "log").mkdir()
    code = "import json, os; p = json.loads(os.environ['PARETUNE_PARAMS']); print('x is', p['x'])"
    tell = "; print(json.dumps({'loss': p['x']})) if p['x'] else None"
    command = Command((sys.executable, "-c", code + tell), tmp_path, ("loss",))
    assert command.evaluate({"x": 1})["loss"] == 1
    with pytest.raises(TrialFailedError, match="printed no metrics"):
        command.evaluate({"x": 0})
    assert (tmp_path / "log" / "stdout").read_text() == 'x is 1\n{"loss": 1}\n'
    assert (tmp_path / "log" / "stdout-2").read_text() == "x is 0\n"
    assert (tmp_path / "log" / "params.json").read_text() == '{"x": 0}'


def test_steps_are_reported_while_the_program_runs(tmp_path):
    ready = tmp_path / "ready"
    seen = []

    def report(step, metrics):
        seen.append((step, metrics))
        ready.touch()  # the program waits for it
        return True

    wait = f"while [ ! -e {ready} ]; do sleep 0.05; done"
    code = f"""echo '{{"step": 1, "loss": 0.5}}'; {wait}; echo '{{"a": 1, "b": 2}}'"""
    metrics = Command(("sh", "-c", code), tmp_path, ("a", "b"), timeout=60).evaluate({}, report)
    assert (metrics["a"], seen) == (1, [(1, {"loss": 0.5})])
    assert not any(name.startswith("paretune:") for name in metrics)


@pytest.mark.parametrize("heeds_sigterm", [True, False])
def test_refused_report_ends_the_program(tmp_path, heeds_sigterm):
    trap = "exit 0" if heeds_sigterm else ""
    code = f"""trap '{trap}' TERM; echo '{{"step": 1, "a": 1}}'; while true; do sleep 0.1; done"""
    command = Command(("sh", "-c", code), tmp_path, ("a", "b"), grace=0.5)
    with pytest.raises(TrialFailedError, match="was stopped before it printed its metrics") as caught:
        command.evaluate({}, lambda _step, _metrics: False)
    assert caught.value.reason == "timed_out"


STOPS_WELL = """
import signal, sys, time
def stop(*_):
    print('{"a": 3, "b": 4}', flush=True)
    sys.exit(1)
signal.signal(signal.SIGTERM, stop)
print('{"step": 1, "a": 1}', flush=True)
while True:
    time.sleep(0.1)
"""


def test_metrics_that_a_stopped_program_prints_count(tmp_path):
    command = Command((sys.executable, "-c", STOPS_WELL), tmp_path, ("a", "b"))
    assert command.evaluate({}, lambda _step, _metrics: False)["a"] == 3


def test_program_without_steps_is_stopped_once_its_report_knows(tmp_path):
    report = Reporter()
    report.stop()
    command = Command(("sleep", "60"), tmp_path, ("a", "b"), grace=0.5)
    with pytest.raises(TrialFailedError, match="was stopped"):
        command.evaluate({}, report)


SAVES = """
import json, os, signal, sys, time
from pathlib import Path
saved = Path(os.environ["PARETUNE_CHECKPOINT"]) / "state.json"
step = json.loads(saved.read_text()) if saved.exists() else 0
while step < 6:
    step += 1
    print(json.dumps({"step": step, "gain": step}), flush=True)
    while step == 3 and not Path(os.environ["PARETUNE_STOP"]).exists() and not sys.argv[1:]:
        time.sleep(0.02)
    saved.with_suffix(".new").write_text(json.dumps(step))
    saved.with_suffix(".new").rename(saved)
    if Path(os.environ["PARETUNE_STOP"]).exists():
        break
print(json.dumps({"gain": step, "cost": 1}))
"""


@pytest.mark.end_to_end
def test_program_is_asked_to_stop_by_a_file_saves_and_goes_on(tmp_path):
    program, steps, checkpoint = (sys.executable, "-c", SAVES), [], Checkpoint(tmp_path / "saved" / "0")
    command = Command(program, tmp_path, ("gain", "cost"), time_to_stop=60.0)
    metrics = command.evaluate({}, lambda step, _: steps.append(step) or step < 3, checkpoint)
    assert metrics["gain"] == 3
    again = Command((*program, "go on"), tmp_path, ("gain", "cost")).evaluate(
        {}, lambda step, _: steps.append(step) or True, checkpoint
    )
    assert again["gain"] == 6
    assert steps == [1, 2, 3, 4, 5, 6]


def test_folder_of_a_program_that_saves_nothing_is_removed(tmp_path):
    command = Command(("echo", '{"gain": 1, "cost": 1}'), tmp_path, ("gain", "cost"))
    command.evaluate({}, checkpoint=Checkpoint(tmp_path / "saved" / "0"))
    assert not (tmp_path / "saved").exists()
