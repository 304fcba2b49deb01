"""The options of a population that follow from a workload, and what is refused."""

from dataclasses import replace

import pytest

from paretune import Float, Minimize, Objectives, Space
from paretune.app.population import check_evaluation, complete_options
from paretune.app.run_options import RunOptions
from paretune.errors import InvalidInputError
from paretune.workloads import PreparedWorkload, Workload

SPACE = Space({"rate": Float(0, 1), "units": Float(1, 64), "fixed": Float(2, 2)})
WORKLOAD = Workload(
    name="net",
    summary="a net",
    space=SPACE,
    objectives=Objectives([Minimize("loss")]),
    prepare=lambda _options, _data_dir: PreparedWorkload(dict),
    changeable=("rate", "fixed"),
    last_step=lambda options: options["epochs"],
)


def complete(given=None, run=None, workload=WORKLOAD, **settings):
    return complete_options(given or {}, run or RunOptions(), workload, {"epochs": 20, **settings}, SPACE)


def test_workload_gives_the_parameters_and_the_length():
    assert complete() == {"change": "rate", "interval": 2, "generations": 10}


def test_given_options_come_first_and_parts_end_with_the_training():
    given = {"change": "units", "interval": 7}
    assert complete(given) == {"change": "units", "interval": 7, "generations": 3}
    assert complete(run=RunOptions(max_resource=5))["interval"] == 1


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"run": RunOptions(scheduler="asha")}, "leave --scheduler asha out"),
        ({"repeats": 3}, "set repeats=1 of net, not 3"),
        ({"workload": replace(WORKLOAD, changeable=())}, "names none that may change"),
        ({"workload": replace(WORKLOAD, last_step=None)}, "searcher-option interval=5"),
        ({"given": {"interval": 20}}, "must be shorter than a whole training, which has 20"),
        ({"given": {"share": 0.7}}, "share of searcher population"),
    ],
)
def test_what_does_not_fit_gets_one_line(changes, word):
    with pytest.raises(InvalidInputError) as caught:
        complete(**changes)
    assert word in str(caught.value)
    assert "\n" not in str(caught.value)


def test_interval_is_enough_where_the_length_is_not_known():
    assert complete({"interval": 4}, workload=replace(WORKLOAD, last_step=None)) == {"interval": 4, "change": "rate"}


def test_workload_that_cannot_save_is_refused():
    check_evaluation(WORKLOAD, lambda _params, report, checkpoint: {})  # noqa: ARG005 (the names say what it can)
    with pytest.raises(InvalidInputError, match="net reports no steps"):
        check_evaluation(WORKLOAD, dict)
    with pytest.raises(InvalidInputError, match="net cannot save its trainings"):
        check_evaluation(WORKLOAD, lambda _params, report: {})  # noqa: ARG005 (likewise)


def test_changeable_names_are_parameters():
    with pytest.raises(InvalidInputError, match="changeable names 'rat' .did you mean 'rate'"):
        replace(WORKLOAD, changeable=("rat",))
