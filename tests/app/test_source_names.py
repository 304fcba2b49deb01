"""Names that mean a study or a CSV file."""

import pytest

from paretune.app.plan import study_name
from paretune.app.source_names import check_study_name, is_csv_name
from paretune.errors import InvalidInputError


def test_only_endings_of_csv_mean_a_file():
    assert all(map(is_csv_name, ("a.csv", "a/b.csv.gz", "A.CSV", "bayes-*.csv")))
    assert not any(map(is_csv_name, ("a", "csv", "a.csv.old", "a.gz", "acsv", "a.json")))


def test_study_with_the_name_of_a_file_is_refused_everywhere():
    assert check_study_name("mine") == study_name(None, "mine") == "mine"
    with pytest.raises(InvalidInputError, match=r"'a\.csv' means a CSV file, .*: name a study, or make one"):
        check_study_name("a.csv")
    for given, default in (("a.csv", "mine"), (None, "a.csv")):
        with pytest.raises(InvalidInputError, match="give another name with --study"):
            study_name(given, default)
