"""Tests of the public names and of the cost of imports."""

import subprocess
import sys

import pytest

import paretune

HEAVY = [
    "torch",
    "botorch",
    "gpytorch",
    "tensorflow",
    "keras",
    "ray",
    "optuna",
    "pandas",
    "scipy",
    "sklearn",
    "typer",
]


def loaded_after(script):
    """Return which heavy packages a new Python process has loaded after a script."""
    report = f"\nimport sys; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script + report], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_importing_paretune_loads_no_heavy_package():
    assert loaded_after("import paretune; dir(paretune); paretune.__doc__") == "[]"


@pytest.mark.parametrize("name", ["Space", "Maximize", "ParetuneError"])
def test_light_names_load_no_heavy_package(name):
    assert loaded_after(f"import paretune; paretune.{name}") == "[]"


def test_first_suggestions_load_no_torch():
    script = (
        "from paretune import Float, Minimize, Objectives, Space, Trials, suggest\n"
        "space, objectives = Space({'x': Float(0, 1)}), Objectives([Minimize('loss')])\n"
        "suggest(Trials(space, objectives), space, objectives, q=3)"
    )
    assert "torch" not in loaded_after(script)


def test_figures_of_few_trials_load_neither_scikit_learn_nor_scipy():
    script = (
        "import numpy as np\n"
        "from paretune import Float, Minimize, Objectives, Space, Trials\n"
        "from paretune.figures import importance_view\n"
        "x = np.arange(30) / 30\n"
        "space, objectives = Space({'x': Float(0, 1)}), Objectives([Minimize('loss')])\n"
        "found = importance_view(Trials(space, objectives, tuple({'x': float(v)} for v in x), losses=x[:, None]))\n"
        "assert found.outcomes['loss'].is_predicted"
    )
    modules = loaded_after(script)
    assert not any(name in modules for name in ("sklearn", "scipy.stats", "pandas"))


def test_paretune_imports_without_modules_that_windows_lacks():
    script = (
        "import os, signal, sys, matplotlib.pyplot, multiprocessing.connection, optuna, psutil, sklearn, typer\n"
        "for name in ('SIGHUP', 'SIGKILL', 'SIGQUIT', 'pthread_sigmask'): delattr(signal, name)\n"
        "for name in ('setpgid', 'killpg', 'sysconf'): delattr(os, name)\n"
        "sys.platform, sys.modules['fcntl'] = 'win32', None\n"
        "import paretune.cli, paretune.app.run_options, paretune.reports, paretune.study, paretune.trials"
    )
    assert "optuna" in loaded_after(script)


def test_every_public_name_exists_and_is_listed():
    assert sorted(paretune.__all__) == list(paretune.__all__) == dir(paretune)
    for name in paretune.__all__:
        assert getattr(paretune, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'tune'"):
        paretune.tune  # noqa: B018 (the lookup must fail)


def test_every_public_name_has_a_docstring():
    assert all(getattr(paretune, name).__doc__ for name in paretune.__all__)


@pytest.mark.parametrize("name", ["InvalidInputError", "DataError", "SpaceExhaustedError", "TrialFailedError"])
def test_every_error_is_a_paretune_error(name):
    assert issubclass(getattr(paretune.errors, name), paretune.ParetuneError)


def test_input_error_is_a_value_error_and_failure_has_its_reason():
    assert issubclass(paretune.errors.InvalidInputError, ValueError)
    failure = paretune.TrialFailedError("timed_out")
    assert (failure.reason, str(failure)) == ("timed_out", "timed_out")
