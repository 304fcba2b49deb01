"""What may be said of a run, by flags or in the study file, and what is told where it is wrong."""

import pytest

from paretune import Maximize, Minimize, Objectives
from paretune.cli.run_options import RunOptions, run_options
from paretune.errors import InvalidInputError
from paretune.workloads.commands.yaml_with_lines import read

WANTED = Objectives([Maximize("accuracy"), Minimize("latency")])


def options(flags=(), of_file=()):
    return run_options(dict(flags), dict(of_file), WANTED)


def in_a_file(tmp_path, text):
    (tmp_path / "study.yaml").write_text(text)
    return read(tmp_path / "study.yaml").value["run"].value


def test_a_trial_on_ray_takes_something_of_its_node():
    with pytest.raises(InvalidInputError, match="^a trial must take something of its node: give --cpus-per-trial"):
        options({"executor": "ray", "cpus_per_trial": 0})
    found = options({"executor": "ray", "cpus_per_trial": 0, "gpus_per_trial": 0.25}).demand()
    assert found.resources == {"GPU": 0.25}


def test_without_a_word_all_is_as_by_default():
    assert options() == RunOptions()
    assert options({"trials": None, "workers": None}) == RunOptions()


def test_flags_override_the_file_and_the_file_the_defaults(tmp_path):
    of_file = in_a_file(tmp_path, "run:\n  trials: 100\n  workers: 4\n  trial_timeout: 2h\n")
    found = options({"workers": 2, "seed": 7}, of_file)
    assert (found.trials, found.workers, found.seed, found.trial_timeout) == (100, 2, 7, 7200.0)


def test_what_a_file_says_of_another_executor_than_the_one_typed_is_not_meant(tmp_path):
    of_file = in_a_file(tmp_path, "run:\n  executor: ray\n  gpus_per_trial: 0.5\n  workers: 2\n")
    assert options({"executor": "local"}, of_file) == RunOptions(executor="local", workers=2)
    assert options({}, of_file).gpus_per_trial == 0.5
    with pytest.raises(InvalidInputError, match="gpus_per_trial is not for executor local: add --executor ray"):
        options({"executor": "local", "gpus_per_trial": 1}, of_file)
    of_file = in_a_file(tmp_path, "run:\n  devices: cuda:99\n  per_device: 2\n")
    assert options({"executor": "ray"}, of_file) == RunOptions(executor="ray")


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("trial_timeout", "90", 90.0),
        ("trial_timeout", "1.5m", 90.0),
        ("trial_timeout", 30, 30.0),
        ("stop_after", "1d", 86_400.0),
        ("memory_limit", "4G", 4 * 2**30),
        ("memory_limit", "800 MiB", 800 * 2**20),
        ("memory_limit", "1e9", 10**9),
        ("stop_growth", "1:50", (1.0, 50)),
        ("stop_growth", "0.5%:10", (0.5, 10)),
        ("stop_at", "accuracy>=0.8 and latency<=1e-3", "accuracy>=0.8 and latency<=1e-3"),
        ("searcher", "sobol", "sobol"),
        ("max_failures", 3, 3),
        ("log", "mlflow", ("mlflow",)),
        ("log", ["tensorboard", "mlflow", "mlflow"], ("tensorboard", "mlflow")),
    ],
)
def test_values_are_read_with_their_units(name, given, value):
    assert getattr(options({name: given}), name) == value
    assert getattr(options({}, {name: given}), name) == value


WRONG = [
    ("trials", 0, "trials must be between 1 and"),
    ("workers", "many", "workers must be"),
    ("workers", 1.5, "workers must be"),
    ("searcher", "magic", "searcher must be one of bayes, random, sobol, grid, gp, tpe, nsga2, but is 'magic'"),
    ("seed", -1, "seed must be between 0 and"),
    ("devices", "gpu0", "a device is named cuda:0, cuda:1 and so on, but got 'gpu0'"),
    ("devices", "cuda:99", "no device cuda:99: there"),
    ("per_device", 4, "per_device says how many workers share a GPU: name GPUs by devices, too"),
    ("devices", 7, "devices must be names such as cuda:0,cuda:1, but is 7"),
    ("log", "wandb", "log must be one of tensorboard, mlflow, but is 'wandb'"),
    ("log", 7, "log must be names such as tensorboard, but is 7"),
    ("trial_timeout", "soon", "trial_timeout must be a number such as 90, 30m or 2h, but is 'soon'"),
    ("trial_timeout", "0s", "trial_timeout must be more than 0, but is '0s'"),
    ("trial_timeout", "1.2.3", "trial_timeout must be a number such as 90, 30m or 2h, but is '1.2.3'"),
    ("memory_limit", "4", "memory_limit must be a number such as 800M or 4G, but '4' is 4 bytes"),
    ("memory_limit", "4X", "memory_limit must be a number such as 800M or 4G, but is '4X'"),
    ("stop_at", "acuracy>=1", "a target is written as accuracy>=0.5 and"),
    ("stop_at", 5, "stop_at must be text, but is 5"),
    ("stop_at", "latency>=0.1", "latency is minimized, so a target of it is latency<=0.1, not 'latency>=0.1'"),
    ("stop_growth", "lots", "stop_growth must be percent and trials, such as 1:50, but is 'lots'"),
    ("stop_growth", "1.2.3:5", "stop_growth must be percent and trials, such as 1:50, but is '1.2.3:5'"),
    ("stop_growth", "1:0", "stop_growth must be between 1 and"),
]


@pytest.mark.parametrize(("name", "value", "complaint"), WRONG)
def test_a_value_that_does_not_fit_is_told_with_its_line_where_it_stands_in_a_file(tmp_path, name, value, complaint):
    with pytest.raises(InvalidInputError) as by_flag:
        options({name: value})
    assert str(by_flag.value).startswith(complaint)

    of_file = in_a_file(tmp_path, f"# a comment\nrun:\n  max_failures: 9\n  {name}: {value!r}\n")
    with pytest.raises(InvalidInputError) as in_file:
        options({}, of_file)
    assert str(in_file.value).startswith(f"{tmp_path}/study.yaml, line 4: {complaint}")


def test_a_name_that_is_not_known_is_told_with_its_line_and_the_nearest(tmp_path):
    of_file = in_a_file(tmp_path, "run:\n  trials: 9\n  worker: 2\n")
    with pytest.raises(
        InvalidInputError, match=r"line 3: run has no 'worker' \(did you mean 'workers'\?\); it has trial"
    ):
        options({}, of_file)
