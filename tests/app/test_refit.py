"""The best configurations of a study, trained again."""

import pytest

from paretune import pareto
from paretune.app.refit import RefitRequest, open_refit
from paretune.app.run import run_study
from paretune.errors import InvalidInputError
from paretune.study import load

pytestmark = pytest.mark.end_to_end


def test_best_configurations_wait_in_a_study_of_their_own(random_study):
    refit = open_refit(RefitRequest(random_study, "paretune.db", 2, {"seconds": 0.001}, command="a command"))
    assert (refit.study.name, refit.options.trials) == ("random-refit", 2)
    run_study(refit.study, refit.set_up, refit.options)
    trials, stored = load(random_study, "paretune.db").trials, load("random-refit", "paretune.db")
    complete = trials[trials.is_complete]
    best = [complete.params[i] for i in pareto.hypervolume_subset(complete.losses, 2)]
    assert sorted(map(str, stored.trials.params)) == sorted(map(str, best))
    assert stored.origin["refit_of"] == random_study
    assert stored.origin["options"] == {"seconds": 0.001}


@pytest.mark.parametrize(
    ("details", "message"),
    [
        ({"settings": {"width": 8}}, "width is a parameter and keeps its value in a refit: --set takes an option"),
        ({"workload_name": "diatoms"}, "study 'random' was made for analytic, not for diatoms"),
    ],
)
def test_wrong_request_is_refused(random_study, details, message):
    with pytest.raises(InvalidInputError, match=message):
        open_refit(RefitRequest(random_study, "paretune.db", **details))
