"""Reading of run options: typed ones and those in a study file."""

import pytest

from paretune import Maximize, Minimize, Objectives
from paretune.app.read_run_options import read_run_options
from paretune.app.run_options import RunOptions
from paretune.errors import InvalidInputError
from paretune.workloads.commands.yaml_with_lines import read_yaml

OBJECTIVES = Objectives([Maximize("accuracy"), Minimize("latency")])


def read_options(typed=(), in_file=()):
    return read_run_options(dict(typed), dict(in_file), OBJECTIVES)


def write_run_entries(tmp_path, text):
    (tmp_path / "study.yaml").write_text(text)
    return read_yaml(tmp_path / "study.yaml").value["run"].value


def test_ray_trial_must_take_some_resource():
    with pytest.raises(InvalidInputError, match="^a trial must .*: give --cpus-per-trial"):
        read_options({"executor": "ray", "cpus_per_trial": 0})
    found = read_options({"executor": "ray", "cpus_per_trial": 0, "gpus_per_trial": 0.25}).trial_resources()
    assert found.by_name == {"GPU": 0.25}


def test_options_that_are_not_given_have_their_defaults():
    assert read_options() == RunOptions()
    assert read_options({"trials": None, "workers": None}) == RunOptions()


def test_typed_options_replace_those_in_file(tmp_path):
    in_file = write_run_entries(tmp_path, "run:\n  trials: 100\n  workers: 4\n  trial_timeout: 2h\n")
    found = read_options({"workers": 2, "seed": 7}, in_file)
    assert (found.trials, found.workers, found.seed, found.trial_timeout) == (100, 2, 7, 7200.0)


def test_entries_for_another_executor_than_the_typed_one_are_ignored(tmp_path):
    in_file = write_run_entries(tmp_path, "run:\n  executor: ray\n  gpus_per_trial: 0.5\n  workers: 2\n")
    assert read_options({"executor": "local"}, in_file) == RunOptions(executor="local", workers=2)
    assert read_options({}, in_file).gpus_per_trial == 0.5
    with pytest.raises(InvalidInputError, match="gpus_per_trial is not for executor local: add --executor ray"):
        read_options({"executor": "local", "gpus_per_trial": 1}, in_file)
    in_file = write_run_entries(tmp_path, "run:\n  devices: cuda:99\n  per_device: 2\n")
    assert read_options({"executor": "ray"}, in_file) == RunOptions(executor="ray")


def test_options_of_one_executor_are_refused_by_the_other():
    with pytest.raises(InvalidInputError, match="address is not for executor local: add --executor ray"):
        read_options({"address": "auto"})
    with pytest.raises(InvalidInputError, match="per_device is not for executor ray: give --cpus-per-trial"):
        read_options({"executor": "ray", "per_device": 2})


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
        ("log", ["tensorboard", "mlflow"], ("tensorboard", "mlflow")),
    ],
)
def test_value_is_read_with_its_unit(name, given, value):
    assert getattr(read_options({name: given}), name) == value
    assert getattr(read_options({}, {name: given}), name) == value


WRONG = [
    ("trials", 0, "trials must be between 1 and"),
    ("workers", "many", "workers must be"),
    ("workers", 1.5, "workers must be"),
    ("searcher", "magic", "searcher must be one of bayes, random, "),
    ("seed", -1, "seed must be between 0 and"),
    ("scheduler", "magic", "scheduler must be one of none, asha, "),
    ("min_resource", 0, "min_resource must be between 1 and"),
    ("eta", 3, "eta is for schedulers: add --scheduler asha, or leave it out"),
    ("devices", "gpu0", "a device must be named cuda:0, cuda:1 and so on, but got 'gpu0'"),
    ("devices", "cuda:99", "no device cuda:99: there"),
    ("per_device", 4, "per_device says how many workers share a GPU: name GPUs by devices, too"),
    ("devices", 7, "devices must be names such as cuda:0,cuda:1, but is 7"),
    ("log", "neptune", "log must be one of "),
    ("log", 7, "log must be names such as "),
    ("trial_timeout", "soon", "trial_timeout must be a number such as 90, 30m or 2h, but is 'soon'"),
    ("trial_timeout", "0s", "trial_timeout must be more than 0, but is '0s'"),
    ("trial_timeout", "1.2.3", "trial_timeout must be a number such as 90, 30m or 2h, but is '1.2.3'"),
    ("memory_limit", "4", "memory_limit must be a number such as 800M or 4G, but '4' is 4 bytes"),
    ("memory_limit", "4X", "memory_limit must be a number such as 800M or 4G, but is '4X'"),
    ("stop_at", "acuracy>=1", "'acuracy>=1' is no condition of a target: write accuracy>=0.5 and"),
    ("stop_at", 5, "stop_at must be text, but is 5"),
    ("stop_at", "latency>=0.1", "latency is minimized, so write the target as latency<=0.1, not 'latency>=0.1'"),
    ("stop_growth", "lots", "stop_growth must be percent and trials, such as 1:50, but is 'lots'"),
    ("stop_growth", "1.2.3:5", "stop_growth must be percent and trials, such as 1:50, but is '1.2.3:5'"),
    ("stop_growth", "1:0", "stop_growth must be between 1 and"),
]


@pytest.mark.parametrize(("name", "value", "complaint"), WRONG)
def test_wrong_value_is_refused_with_its_line_in_file(tmp_path, name, value, complaint):
    with pytest.raises(InvalidInputError) as typed:
        read_options({name: value})
    assert str(typed.value).startswith(complaint)

    in_file = write_run_entries(tmp_path, f"# a comment\nrun:\n  max_failures: 9\n  {name}: {value!r}\n")
    with pytest.raises(InvalidInputError) as entry:
        read_options({}, in_file)
    assert str(entry.value).startswith(f"{tmp_path}/study.yaml, line 4: {complaint}")


def test_unknown_entry_is_refused_with_its_line_and_nearest_name(tmp_path):
    in_file = write_run_entries(tmp_path, "run:\n  trials: 9\n  worker: 2\n")
    with pytest.raises(
        InvalidInputError, match=r"line 3: run has no 'worker' \(did you mean 'workers'\?\); it has trial"
    ):
        read_options({}, in_file)


def test_options_of_a_scheduler_must_fit_together():
    with pytest.raises(InvalidInputError, match="^eta must be at least 2, but is 1$"):
        read_options({"scheduler": "asha", "eta": 1})
    with pytest.raises(InvalidInputError, match="^max_resource must be at least min_resource=9, but is 3$"):
        read_options({"scheduler": "asha", "min_resource": 9, "max_resource": 3})


def test_typed_none_ignores_scheduler_of_file(tmp_path):
    in_file = write_run_entries(tmp_path, "run:\n  scheduler: asha\n  max_resource: 27\n")
    assert read_options({}, in_file).scheduler == "asha"
    assert read_options({"scheduler": "none"}, in_file).scheduler == "none"


def test_options_of_a_searcher_are_read_from_words_and_from_file(tmp_path):
    words = {"searcher": "evolution", "searcher_option": ["population=8", "step=0.5"]}
    assert dict(read_options(words).searcher_option) == {"population": 8, "step": 0.5}
    in_file = write_run_entries(tmp_path, "run:\n  searcher: evolution\n  searcher_option:\n    population: 8\n")
    assert dict(read_options({}, in_file).searcher_option) == {"population": 8}
    assert read_options({"searcher": "random"}, in_file).searcher_option == ()
    assert dict(read_options({"searcher_option": ["step=1"]}, in_file).searcher_option) == {"step": 1}


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        (["population"], "searcher_option must be name=value, such as population=20, but is 'population'"),
        (["step=1", "step=2"], "searcher_option gives step twice: leave one out"),
        (["stpe=1"], "searcher evolution has no option 'stpe' (did you mean 'step'?): it has population, "),
        (["step=long"], "step of searcher evolution must be a number, but is 'long'"),
        (7, "searcher_option must be a mapping such as population: 20, but is 7"),
    ],
)
def test_wrong_option_of_a_searcher_is_refused(value, complaint):
    with pytest.raises(InvalidInputError) as error:
        read_options({"searcher": "evolution", "searcher_option": value})
    assert str(error.value).startswith(complaint)


def test_wrong_option_of_a_searcher_in_a_file_has_its_line(tmp_path):
    in_file = write_run_entries(tmp_path, "run:\n  searcher: pshe2\n  searcher_option:\n    beta: 8\n")
    with pytest.raises(InvalidInputError, match=r"line [34]: searcher pshe2 has no option 'beta'"):
        read_options({}, in_file)
