"""Tests of wrong arguments of public functions: each is refused by one error that names its parameter."""

import math
import shutil

import numpy as np
import pytest

from paretune import (
    Categorical,
    Float,
    Int,
    Maximize,
    Minimize,
    Objectives,
    ParetoSampler,
    Space,
    Study,
    Trials,
    engine,
    measure,
    pareto,
    suggest,
)
from paretune.errors import InvalidInputError, ParetuneError
from paretune.searchers import Context
from paretune.study import Stop, hide_password, load, match_study_names, open_storage
from paretune.trials import check_column_names
from room_calls import LOSSES, OBJECTIVES, ONLY_REFUSED, PARAMS, ROOM_CALLS, SPACE, TRIALS

WRONG = {
    "none": None,
    "text": "text",
    "empty text": "",
    "number": 3,
    "negative": -1,
    "nan": math.nan,
    "ragged": [1, [2]],
    "object": object(),
    "mapping": {"a": 1},
    "empty": [],
    "bytes": b"x",
    "true": True,
    "function": lambda: 0,
}
NUMBERS, WORDS = {"number", "negative"}, {"text"}
FEW = {"empty"}  # an empty column of a table means that nothing is known

# Each public function, right arguments, and for each parameter the wrong values that are right there.
CALLS = {
    "Float": (Float, {"low": (-9, NUMBERS), "high": (9, NUMBERS)}),
    "Int": (Int, {"low": (-9, NUMBERS), "high": (9, NUMBERS)}),
    "Categorical": (Categorical, {"choices": (["a"], set())}),
    "Maximize": (
        Maximize,
        {"name": ("a", WORDS), "at_least": (0.5, NUMBERS | {"none"}), "unit": ("s", WORDS | {"empty text"})},
    ),
    "Minimize": (
        Minimize,
        {"name": ("a", WORDS), "at_most": (0.5, NUMBERS | {"none"}), "unit": ("s", WORDS | {"empty text"})},
    ),
    "Objectives": (Objectives, {"objectives": ([Minimize("a")], set())}),
    "Space": (Space, {"parameters": ({"x": Float(0, 1)}, set())}),
    "Trials": (
        Trials,
        {
            "space": (SPACE, set()),
            "objectives": (OBJECTIVES, set()),
            "params": (PARAMS[:1], set()),
            "losses": ([[1.0, 2.0]], set()),
            "losses_se": ([[1.0, 2.0]], FEW),
            "violations": ([[0.0]], FEW),
            "states": (["complete"], FEW),
            "reasons": ([""], FEW),
            "numbers": ([0], FEW),
            "started": ([1.0], FEW),
            "durations": ([1.0], FEW),
            "metrics": (({"m": 1},), FEW | {"none"}),
        },
    ),
    "pareto.check_reference": (lambda reference: pareto.check_reference(reference, 2), {"reference": ([1, 2], set())}),
    "pareto.efficient_trials": (pareto.efficient_trials, {"trials": (TRIALS, set())}),
    "pareto.front": (pareto.front, {"losses": (LOSSES, set())}),
    "pareto.hypervolume": (pareto.hypervolume, {"losses": (LOSSES, set()), "reference": ([0, 5], set())}),
    "pareto.hypervolume_history": (
        pareto.hypervolume_history,
        {"losses": (LOSSES, set()), "reference": ([0, 5], set())},
    ),
    "pareto.hypervolume_subset": (pareto.hypervolume_subset, {"losses": (LOSSES, set()), "k": (1, {"number"})}),
    "pareto.is_nondominated": (pareto.is_nondominated, {"losses": (LOSSES, set())}),
    "pareto.knee": (pareto.knee, {"losses": (LOSSES, set())}),
    "pareto.ranks": (pareto.ranks, {"losses": (LOSSES, set())}),
    "pareto.reference_point": (pareto.reference_point, {"losses": (LOSSES, set()), "limits": ([0, 5], {"none"})}),
    "suggest": (
        suggest,
        {
            "trials": (TRIALS, set()),
            "space": (SPACE, set()),
            "objectives": (OBJECTIVES, set()),
            "q": (1, {"number"}),
            "seed": (0, {"number"}),
            "reference_point": ([1, 5], {"none"}),
            "n_startup_trials": (9, {"number"}),
            "fixed": ({"k": 1}, {"none"}),
        },
    ),
    "engine.sobol": (lambda **given: next(engine.sobol(**given)), {"space": (SPACE, set()), "seed": (0, {"number"})}),
    "engine.grid": (lambda **given: next(engine.grid(**given)), {"space": (SPACE, set()), "seed": (0, {"number"})}),
    "ParetoSampler": (
        ParetoSampler,
        {
            "seed": (0, {"number", "none"}),
            "reference_point": ([1, 2], {"none"}),
            "search_space": (SPACE, {"none"}),
            "n_startup_trials": (3, {"number"}),
        },
    ),
    "Context": (Context, {"space": (SPACE, set()), "objectives": (OBJECTIVES, set()), "seed": (0, {"number"})}),
    "Stop": (
        Stop,
        {
            "seconds": (1.0, {"number", "none"}),
            "target": ("a>=1", {"text", "empty text"}),
            "stagnation": ((1.0, 5), {"none"}),
        },
    ),
    "check_column_names": (check_column_names, {"space": (SPACE, set()), "objectives": (OBJECTIVES, set())}),
    "measure.median_error": (measure.median_error, {"samples": ([1, 2, 3], set())}),
    "measure.batch_means_error": (measure.batch_means_error, {"samples": (list(range(9)), set())}),
    "hide_password": (hide_password, {"text": ("a", {"text", "empty text"})}),
    "open_storage": (open_storage, {"storage": ("a.db", {"text"})}),
    **ROOM_CALLS,
}
CASES = [
    (name, parameter, kind)
    for name, (_, parameters) in CALLS.items()
    for parameter, (_, allowed) in parameters.items()
    for kind in WRONG
    if allowed is not None and kind not in allowed
]


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def stored_study(tmp_path_factory):
    path = tmp_path_factory.mktemp("stored") / "a.db"
    Study({"x": Float(0, 1)}, [Minimize("a")], storage=str(path), name="s", searcher="random")
    return path


@pytest.fixture
def files(tmp_path, stored_study):
    for path in stored_study.parent.iterdir():  # SQLite may keep a part in a second file
        shutil.copy(path, tmp_path)
    (tmp_path / "t.csv").write_text("x,k,a,b\n0.5,1,1,2\n0.25,2,2,1\n")
    (tmp_path / "c.csv").write_text("number,step,a\n0,1,2\n")


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("name", [name for name in CALLS if name not in ONLY_REFUSED])
def test_right_arguments_are_accepted(name):
    function, parameters = CALLS[name]
    function(**{parameter: right for parameter, (right, _) in parameters.items()})


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("name", CALLS)
def test_wrong_argument_is_refused_by_one_error_that_names_it(name):
    function, parameters = CALLS[name]
    right = {parameter: value for parameter, (value, _) in parameters.items()}
    for parameter, kind in ((p, k) for n, p, k in CASES if n == name):
        with pytest.raises(InvalidInputError) as raised:
            function(**right | {parameter: WRONG[kind]})
        message = str(raised.value)
        assert _names(message, parameter), f"{parameter} = {kind}: {message}"
        assert "\n" not in message


def _names(message, parameter):
    """An element of a list is named in the singular; some trials and spaces are named by what is wrong in them."""
    others = {
        "losses": ["complete"],
        "params": ["metrics"],
        "space": ["parameter 'a'"],
        "search_space": ["a must be"],
        "fixed": ["parameter 'a'"],
        "metrics": ["a must be"],
        "name": ["searcher must be", "log must be", "no workload"],
        "resource": ["a budget counts"],
        "amount": ["a budget of"],
    }
    words = {parameter, parameter.removesuffix("s"), *others.get(parameter, ())}
    return any(word in message for word in words)


@pytest.mark.parametrize("kind", [kind for kind in WRONG if kind not in ("text", "function")])
def test_wrong_argument_of_a_study_is_refused_and_leaves_nothing(kind, tmp_path):
    def open_study(**given):
        return Study(**{"space": {"x": Float(0, 1)}, "objectives": [Minimize("a")], "searcher": "random", **given})

    for parameter in ("space", "objectives", "storage", "name", "searcher", "seed"):
        if parameter == "seed" and kind == "number":
            continue
        with pytest.raises(InvalidInputError):
            open_study(**{parameter: WRONG[kind]})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("quiet_optuna")
def test_methods_of_a_study_refuse_wrong_arguments():
    study = Study({"x": Float(0, 1)}, [Minimize("a")], searcher="random")
    calls = {
        "run without a function": lambda value: study.run(value, 1),
        "run without a total": lambda value: study.run(lambda p: p, value),
        "enqueue": study.enqueue,
        "add": lambda value: study.add(value, "a"),
        "tell": lambda value: study.tell(0, value, reason="crashed"),
    }
    for call in calls.values():
        for kind in ("text", "nan", "ragged", "object", "bytes"):
            with pytest.raises(ParetuneError):  # for each of the calls
                call(WRONG[kind])
    assert len(study.trials) == 0


def test_names_of_stored_studies_are_texts():
    Study({"x": Float(0, 1)}, [Minimize("a")], storage="a.db")
    for kind in set(WRONG) - {"text"}:
        with pytest.raises(InvalidInputError, match="name must be non-empty text"):
            load(WRONG[kind], "a.db")
        with pytest.raises(InvalidInputError, match="pattern must be non-empty text"):
            match_study_names(WRONG[kind], "a.db")


def test_arrays_and_tuples_are_as_good_as_lists():
    assert pareto.hypervolume(np.array(LOSSES), (0.0, 5.0)) == pareto.hypervolume(LOSSES, [0, 5])
    assert len(Trials(SPACE, list(OBJECTIVES), list(PARAMS), losses=np.array(LOSSES))) == 3
