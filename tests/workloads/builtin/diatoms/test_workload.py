"""The workload's space and options, and its data: given, downloaded or generated."""

import os
import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from paretune.app.resume import resume_settings
from paretune.errors import DataError, InvalidInputError, StudyMismatchError
from paretune.measure import visible_gpus
from paretune.objectives import Maximize, Minimize
from paretune.space import Float, Int
from paretune.workloads import load_workload
from paretune.workloads.builtin import diatoms
from paretune.workloads.builtin.diatoms import WORKLOAD, frameworks, generated_outlines
from paretune.workloads.builtin.diatoms.dataset import read_series

REAL = Path(os.environ.get("PARETUNE_DATA") or Path(__file__).parents[5] / "shared" / "data")
needs_adiac = pytest.mark.skipif(
    not (REAL / "adiac" / "Adiac_TRAIN").is_file(), reason="Adiac may not be committed: set PARETUNE_DATA"
)


@pytest.fixture(autouse=True)
def no_folder(monkeypatch, tmp_path):
    monkeypatch.delenv("PARETUNE_DATA", raising=False)
    monkeypatch.setenv("PARETUNE_CACHE", str(tmp_path / "cache"))


def options(**given):
    return WORKLOAD.parse_settings(given)[0]


def on_torch(**given):
    """Settings without TensorFlow, which takes seconds to load."""
    return options(**{"framework": "torch", **given})


def write(folder, train="3" + ",1,2" * 88 + "\n", test="4" + ",2,1" * 88 + "\n"):
    (folder / "adiac").mkdir()
    (folder / "adiac" / "Adiac_TRAIN").write_text(train)
    (folder / "adiac" / "Adiac_TEST").write_text(test)
    return folder


def test_workload_is_found_by_its_name():
    assert load_workload("diatoms") is WORKLOAD


def test_space_has_seven_integers_and_five_log_scaled_floats():
    expected = {"batch_size": Int(8, 32)}
    expected |= {f"conv_{i}_num_filters": Int(32, 256) for i in (1, 2, 3)}
    expected |= {f"conv_{i}_filter_size": Int(2, 10) for i in (1, 2, 3)}
    reals = {
        "learning_rate": (1e-10, 1.0),
        "one_minus_beta_1": (1e-2, 0.5),
        "one_minus_beta_2": (1e-6, 0.5),
        "epsilon": (1e-10, 1e-6),
        "decay": (1e-10, 1e-1),
    }
    assert dict(WORKLOAD.space) == expected | {name: Float(*ends, log=True) for name, ends in reals.items()}


def test_domain_contains_space():
    assert set(WORKLOAD.domain) == set(WORKLOAD.space)
    for name, parameter in WORKLOAD.space.items():
        assert WORKLOAD.domain[name].low <= parameter.low < parameter.high <= WORKLOAD.domain[name].high


def test_objectives_are_accuracy_and_inference_time():
    assert list(WORKLOAD.objectives) == [Maximize("accuracy"), Minimize("inference_time", unit="s")]


def test_defaults_are_the_original_experiment():
    expected = {"epochs": 500, "framework": frameworks.default_framework(), "device": "auto", "seed": "trial"}
    assert options() == expected | {"repeats": 1, "data_fraction": 1.0, "data": "auto", "clock": "reference"}


@pytest.mark.parametrize(
    ("has_tensorflow", "gpus", "usual"),
    [(True, (), "tensorflow"), (True, ("uuid",), "torch"), (False, (), "torch"), (False, ("uuid",), "torch")],
)
def test_default_framework_is_tensorflow_if_installed_without_gpu(monkeypatch, has_tensorflow, gpus, usual):
    monkeypatch.setattr(frameworks.loading, "is_installed", lambda: has_tensorflow)
    monkeypatch.setattr(frameworks, "visible_gpus", lambda: gpus)
    assert options()["framework"] == usual
    assert options(framework="tensorflow")["framework"] == "tensorflow"


@pytest.mark.parametrize(("gpus", "stored", "usual"), [(("uuid",), "tensorflow", "torch"), ((), "torch", "tensorflow")])
def test_resumed_study_keeps_its_framework(monkeypatch, gpus, stored, usual):
    facts = {"options": options(framework=stored)}
    monkeypatch.setattr(frameworks, "visible_gpus", lambda: gpus)
    assert options()["framework"] == usual
    assert options(**resume_settings(facts, {}, "d", "leave it out"))["framework"] == stored
    with pytest.raises(StudyMismatchError, match=f"has framework='{stored}', not '{usual}'"):
        resume_settings(facts, {"framework": usual}, "d", "leave it out")


@needs_adiac
def test_data_fraction_reduces_training_series_only():
    def parts(fraction):
        return WORKLOAD.prepare(on_torch(data_fraction=fraction), REAL).evaluate.keywords["settings"].split

    whole, half, tenth = parts(1.0), parts(0.5), parts(0.1)
    counts = np.bincount(whole.training.labels)
    expected = [390, np.ceil(counts / 2).sum(), np.ceil(counts / 10).sum()]
    assert [len(p.training.labels) for p in (whole, half, tenth)] == expected
    assert {p.validation.values.tobytes() for p in (whole, half, tenth)} == {whole.validation.values.tobytes()}
    for smaller, larger in ((tenth, half), (half, whole)):
        assert {row.tobytes() for row in smaller.training.values} < {row.tobytes() for row in larger.training.values}


@pytest.mark.parametrize(
    "given",
    [
        {"epochs": 0},
        {"framework": "torch7"},
        {"device": "tpu"},
        {"data_fraction": 0},
        {"data_fraction": 1.5},
        {"repeats": 0},
        {"decay": -1},
        {"batch_size": 0},
        {"one_minus_beta_1": 0},
    ],
)
def test_settings_outside_domain_are_refused(given):
    with pytest.raises(InvalidInputError, match=next(iter(given))):
        WORKLOAD.parse_settings(given)


def test_import_of_workload_loads_no_tensorflow():
    module = "paretune.workloads.builtin.diatoms"
    code = f"import sys, {module}; sys.exit(bool({{'tensorflow', 'keras', 'torch'}} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_notice_names_generated_outlines(capsys):
    origin = WORKLOAD.prepare(on_torch(data="generated"), None).data
    assert origin.sha256 == generated_outlines.draw_outlines().sha256
    assert origin.name == "outlines drawn by Paretune"
    assert "not Adiac (as data=generated asks for)" in origin.notice
    assert capsys.readouterr().err == f"NOTICE: {origin.notice}\n"


def test_generated_data_with_data_folder_are_refused(tmp_path):
    with pytest.raises(InvalidInputError, match=r"data=generated.*--data-dir"):
        WORKLOAD.prepare(on_torch(data="generated"), tmp_path)


def test_outlines_are_generated_with_notice_if_data_are_unreachable(monkeypatch, capsys):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(diatoms, "ADIAC", replace(diatoms.ADIAC, url="http://127.0.0.1:9"))
    origin = WORKLOAD.prepare(on_torch(), None).data
    assert origin.sha256 == generated_outlines.draw_outlines().sha256
    assert "http://127.0.0.1:9/Adiac_TRAIN cannot be fetched" in origin.notice
    assert f"NOTICE: {origin.notice}\n" in capsys.readouterr().err


def test_given_folder_without_files_is_an_error_without_fallback(tmp_path, monkeypatch):
    with pytest.raises(DataError, match=r"Adiac_TRAIN does not exist"):
        WORKLOAD.prepare(on_torch(), tmp_path)
    monkeypatch.setenv("PARETUNE_DATA", str(tmp_path))
    with pytest.raises(DataError, match=r"Adiac_TRAIN does not exist"):
        WORKLOAD.prepare(on_torch(), None)


def test_damaged_file_in_given_folder_is_an_error(tmp_path):
    write(tmp_path, test="1,2,3\n")
    with pytest.raises(DataError, match=r"Adiac_TEST, line 1: expected a label and 176 values"):
        WORKLOAD.prepare(on_torch(), tmp_path)


def test_other_series_of_same_format_have_other_origin(tmp_path):
    origin = WORKLOAD.prepare(on_torch(), write(tmp_path)).data
    assert origin.name == "data in the form of Adiac"
    assert "Adiac_TRAIN" in origin.notice


def test_missing_tensorflow_is_an_error_with_install_command(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    with pytest.raises(InvalidInputError, match=r'pip install "keras.*" "tensorflow.*", or set framework=torch'):
        WORKLOAD.prepare(on_torch(data="generated", framework="tensorflow"), None)
    WORKLOAD.prepare(on_torch(data="generated", framework="torch"), None)


@pytest.mark.end_to_end  # it loads TensorFlow
def test_keras_on_another_backend_is_refused(monkeypatch):
    import keras

    monkeypatch.setattr(keras.backend, "backend", lambda: "jax")
    with pytest.raises(InvalidInputError, match="set KERAS_BACKEND=tensorflow before"):
        WORKLOAD.prepare(on_torch(data="generated", framework="tensorflow"), None)


@pytest.mark.end_to_end  # it loads TensorFlow
@pytest.mark.skipif(bool(visible_gpus()), reason="there is a GPU")
@pytest.mark.parametrize("framework", ["tensorflow", "torch"])
def test_missing_gpu_is_an_error_before_first_trial(framework):
    with pytest.raises(InvalidInputError, match="there is no GPU 0 here; CUDA shows 0.*cpu"):
        WORKLOAD.prepare(on_torch(data="generated", framework=framework, device="cuda"), None)


@pytest.mark.end_to_end
@pytest.mark.parametrize("framework", ["tensorflow", "torch"])
def test_trial_in_new_process_prints_nothing(framework, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    prepared = WORKLOAD.prepare(on_torch(data="generated", epochs=1, framework=framework), None)
    evaluate = prepared.evaluate_for(WORKLOAD.objectives)
    params = {name: parameter.low for name, parameter in WORKLOAD.space.items()} | {"batch_size": 32}
    code = "import pickle, sys; evaluate, params = pickle.load(sys.stdin.buffer); print(evaluate(params)['accuracy'])"
    handed_over = pickle.dumps((evaluate, params))
    trial = subprocess.run([sys.executable, "-c", code], input=handed_over, capture_output=True, check=True)
    assert 0 <= float(trial.stdout) <= 1
    assert trial.stderr == b""


@needs_adiac
def test_adiac_is_390_and_391_series_in_37_classes():
    parts = [read_series(REAL / "adiac" / file) for file in ("Adiac_TRAIN", "Adiac_TEST")]
    assert [part.values.shape for part in parts] == [(390, 176), (391, 176)]
    assert [np.unique(part.labels).tolist() for part in parts] == [list(range(37))] * 2


@needs_adiac
def test_adiac_is_known_by_its_hash(capsys):
    origin = WORKLOAD.prepare(on_torch(), REAL).data
    assert (origin.name, origin.notice) == ("Adiac", "")
    assert capsys.readouterr().err == ""
