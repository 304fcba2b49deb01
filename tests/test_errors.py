"""Parts of error messages."""

from importlib.metadata import metadata

import pytest

from paretune.errors import MAX_LISTED_STUDIES, did_you_mean, pip_line, study_not_found


def test_hint_names_a_similar_word_only():
    assert did_you_mean("analitic", ["analytic", "diatoms"]) == " (did you mean 'analytic'?)"
    assert did_you_mean("xyz", ["analytic"]) == ""
    assert did_you_mean(3, []) == ""


def test_many_studies_are_counted_instead_of_listed():
    message = str(study_not_found("none", [f"s{i:03}" for i in range(500)]))
    assert message.endswith(f" and {500 - MAX_LISTED_STUDIES} more")
    assert len(message) < 300
    assert str(study_not_found("a", [])) == "no study 'a' in this storage; it has none"


@pytest.mark.parametrize("extra", [name for name in metadata("paretune").get_all("Provides-Extra") if name != "dev"])
def test_pip_line_of_an_extra_names_its_packages(extra):
    line = pip_line(extra)
    assert line.startswith('pip install "')
    assert "paretune" not in line
    assert "extra" not in line


def test_pip_line_of_an_unknown_extra_names_the_extra():
    assert pip_line("nothing") == 'pip install "paretune[nothing]"'
