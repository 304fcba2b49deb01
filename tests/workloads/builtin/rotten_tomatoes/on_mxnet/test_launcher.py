"""The set-up of MXNet's environment, and the program that trains in it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from paretune.errors import DataError, InvalidInputError, TrialFailedError
from paretune.workloads.builtin.rotten_tomatoes import WORKLOAD
from paretune.workloads.builtin.rotten_tomatoes.on_mxnet import launcher
from paretune.workloads.builtin.rotten_tomatoes.on_mxnet.launcher import set_up_environment, training_command

pytestmark = pytest.mark.end_to_end

OBJECTIVES = ("accuracy", "training_time")


@pytest.fixture
def nowhere(monkeypatch, tmp_path):
    """A machine on which uv has nothing yet, and no network."""
    for name in [name for name in os.environ if name.startswith(("UV_", "CONDA"))]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    for name in ("UV_CACHE_DIR", "UV_PYTHON_INSTALL_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("UV_NO_CONFIG", "1")
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.chdir(tmp_path)  # a .venv of the folder would be found


@pytest.fixture
def ready(monkeypatch):
    """What comes after the environment was set up."""
    monkeypatch.setattr(launcher, "set_up_environment", lambda: None)


@pytest.mark.usefixtures("nowhere")
def test_missing_python_is_one_line_that_names_torch(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(InvalidInputError, match=r"^MXNet needs Python 3\.10 or 3\.11, and none is found.*") as error:
        set_up_environment()
    assert str(error.value).endswith("or train in PyTorch: --set framework=torch")
    assert "\n" not in str(error.value)


@pytest.mark.usefixtures("nowhere")
def test_unreachable_pypi_is_one_line_that_names_torch(monkeypatch, capsys):
    found = subprocess.CompletedProcess([], 0, "", "")
    ask = launcher._run_uv
    monkeypatch.setattr(launcher, "_run_uv", lambda *words: found if words[0] == "python" else ask(*words))
    with pytest.raises(
        InvalidInputError, match=r"could not be set up from PyPI \(.*mxnet.*\).*framework=torch"
    ) as error:
        set_up_environment()
    assert "\n" not in str(error.value)
    assert "Setting up MXNet 1.9.1 from PyPI, once" in capsys.readouterr().err


def test_missing_uv_is_one_line(monkeypatch):
    def missing():
        raise FileNotFoundError("no uv here")

    monkeypatch.setattr("uv.find_uv_bin", missing)
    with pytest.raises(InvalidInputError, match=r"cannot be run without uv \(no uv here\).*framework=torch"):
        set_up_environment()


def test_message_on_windows_names_torch(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(InvalidInputError, match=r"Linux and macOS only.*framework=torch"):
        set_up_environment()


def test_script_names_its_dependencies():
    head = launcher.SCRIPT.read_text().split('"""')[0]
    assert head.startswith("# /// script\n")
    assert "mxnet==1.9.1" in head
    assert "numpy>=1.23,<1.24" in head
    assert 'requires-python = ">=3.10,<3.12"' in head


@pytest.mark.usefixtures("ready")
def test_arrays_are_written_once_under_their_hash(tiny, tmp_path):
    for _ in range(2):
        command = training_command(tiny, OBJECTIVES)
    path = Path(command.words[-1])
    assert [path] == list((tmp_path / "cache" / "rotten_tomatoes").iterdir())
    assert path.name == f"{tiny.sha256}.npz"
    with np.load(path) as arrays:
        assert arrays["n_words"] == 20
        np.testing.assert_array_equal(arrays["training_tokens"], tiny.training.tokens)
        np.testing.assert_array_equal(arrays["dev_labels"], tiny.dev.labels)


@pytest.mark.usefixtures("ready")
def test_unwritable_cache_is_a_data_error(tiny, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("PARETUNE_CACHE", str(tmp_path / "file"))
    with pytest.raises(DataError, match=r"\.npz cannot be written: .*; set PARETUNE_CACHE to a folder that can"):
        training_command(tiny, OBJECTIVES)


@pytest.mark.mxnet
@pytest.mark.usefixtures("mxnet_python")
def test_existing_environment_prints_nothing(capsys):
    set_up_environment()
    assert capsys.readouterr() == ("", "")


@pytest.mark.mxnet
def test_mxnet_environment_has_dependencies_of_script_only(mxnet_python):
    code = "import sys, mxnet, numpy; print(sys.version_info[:2] < (3, 12), mxnet.__version__, numpy.__version__[:4])"
    code += "\nimport paretune"
    done = subprocess.run([mxnet_python, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["True", "1.9.1", "1.23"]
    assert "No module named 'paretune'" in done.stderr


@pytest.mark.mxnet
@pytest.mark.usefixtures("mxnet_python")
def test_program_trains_until_max_seconds_and_is_found_without_path(tiny, params, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    metrics = training_command(tiny, OBJECTIVES).evaluate(params | {"max_seconds": 1e-6})
    assert metrics["epochs_run"] == 1
    assert 0 <= metrics["accuracy"] <= 1
    assert metrics["training_time"] > 0
    assert metrics["n_parameters"] == 20 * 6 + 100 * 6 * (3 + 4 + 5) + 300 + 2 * 300 + 2


@pytest.mark.mxnet
@pytest.mark.usefixtures("mxnet_python")
def test_mxnet_time_is_measured_as_in_pytorch_under_same_lock(tiny, params, beside_another):
    evaluate = training_command(tiny, OBJECTIVES).evaluate
    alone, (metrics, waited) = evaluate(params), beside_another(evaluate, params | {"epochs": 30})
    facts = {"training_time_from": "whole", "measured": "exclusive", "device": "cpu", "epochs_run": 3}
    assert {name: alone[name] for name in facts} == facts
    assert waited > 0  # the other stood still
    assert metrics["training_time_from"] == "from_steps"
    assert metrics["training_time"] > metrics["training_time_se"] > 0


@pytest.mark.mxnet
def test_script_imports_nothing_but_paretune_from_its_package_folder(mxnet_python, tmp_path):
    """As where the package is installed together with a NumPy that is not MXNet's."""
    shutil.copytree(launcher.SCRIPT.parents[4], tmp_path / "paretune")
    for other in ("numpy", "psutil", "tqdm", "torch"):
        (tmp_path / f"{other}.py").write_text(f"raise AssertionError('{other}')")
    code = "import sys, training as m; assert m.TrainingTimer; assert all(sys.argv[1] != p for p in sys.path)"
    script = tmp_path / launcher.SCRIPT.relative_to(launcher.SCRIPT.parents[5])
    subprocess.run([mxnet_python, "-c", code, tmp_path], cwd=script.parent, check=True)


@pytest.mark.mxnet
@pytest.mark.usefixtures("mxnet_python")
def test_failed_program_fails_its_trial_with_end_of_log(tiny, params):
    command = training_command(tiny, OBJECTIVES)
    Path(command.words[-1]).write_bytes(b"no archive")
    with pytest.raises(TrialFailedError, match="ended with exit code 1") as error:
        command.evaluate(params)
    assert error.value.reason == "crashed"
    assert "Error" in str(error.value).splitlines()[-1]


@pytest.mark.mxnet
@pytest.mark.usefixtures("mxnet_python")
def test_workload_on_mxnet_gives_mean_and_error_over_repeats():
    options, fixed, _ = WORKLOAD.parse_settings(
        {"framework": "mxnet", "data": "generated", "data_fraction": 0.1, "repeats": 2, "epochs": 1, "embed_dim": 4}
    )
    params = {"dropout_rate": 0.5, "learning_rate": 1e-3, "max_grad_norm": 5.0, "batch_size": 50, **fixed}
    metrics = WORKLOAD.prepare(options, None).evaluate(params)
    assert {"accuracy", "accuracy_se", "training_time", "training_time_se"} <= set(metrics)
    assert metrics["accuracy_se"] > 0
