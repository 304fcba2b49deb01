"""Options of searchers."""

import pytest

from paretune.errors import InvalidInputError
from paretune.searchers import SEARCHERS, make_searcher, options_of
from paretune.searchers.evolution import EvolutionSearch
from paretune.searchers.options import check_options


def test_options_are_checked_and_get_their_types():
    assert check_options("evolution", EvolutionSearch, {"population": 8.0, "mutation": 2}) == {
        "population": 8,
        "mutation": 2.0,
    }
    assert make_searcher("evolution", {"population": 8}).population == 8
    assert make_searcher("sobol") is SEARCHERS["sobol"].searcher


@pytest.mark.parametrize("name", SEARCHERS)
def test_default_of_each_option_is_valid_and_described(name):
    searcher = SEARCHERS[name].searcher
    for word, declared in options_of(searcher).items():
        assert getattr(searcher, word) == declared.default == declared.values.check(word, declared.default)
        assert declared.help
        assert "\n" not in declared.help


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        (
            "evolution",
            {"populaton": 8},
            "searcher evolution has no option 'populaton' (did you mean 'population'?): it has population, offspring",
        ),
        ("grid", {"step": 1}, "searcher grid has no option 'step': it has none, so leave it out"),
        ("pshe2", {"population": 0}, "population of searcher pshe2 must be between 1 and 10000, but is 0"),
        ("pshe2", {"alpha": "much"}, "alpha of searcher pshe2 must be a number, but is 'much'"),
        ("cma-es", {"population": 3}, "population of searcher cma-es must be 0 or at least 4, but is 3"),
        ("cmaes", {}, "searcher must be one of bayes, random, "),
    ],
)
def test_wrong_option_is_one_line(name, options, message):
    with pytest.raises(InvalidInputError) as error:
        make_searcher(name, options)
    assert str(error.value).startswith(message)
    assert "\n" not in str(error.value)
