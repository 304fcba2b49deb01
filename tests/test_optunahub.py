"""The package for OptunaHub: its example runs, and its page has what the registry asks for."""

import runpy
from pathlib import Path

import optuna
import yaml

from paretune import ParetoSampler

PACKAGE = Path(__file__).parents[1] / "integrations" / "optunahub" / "package" / "samplers" / "paretune"


def test_example_searches_with_the_sampler():
    found = runpy.run_path(str(PACKAGE / "example.py"))
    assert isinstance(found["study"].sampler, ParetoSampler)
    assert len(found["study"].trials) == 12


def test_page_has_the_fields_and_sections_of_the_registry():
    _, front_matter, page = (PACKAGE / "README.md").read_text(encoding="utf-8").split("---\n", 2)
    fields = yaml.safe_load(front_matter)
    assert set(fields) == {"author", "title", "description", "tags", "optuna_versions", "license"}
    assert fields["tags"][0] == "sampler"
    assert fields["optuna_versions"][0].split(".")[0] == optuna.__version__.split(".")[0]
    assert [line for line in page.splitlines() if line.startswith("## ")] == [
        "## Abstract",
        "## APIs",
        "## Installation",
        "## Example",
    ]
    assert (PACKAGE / "LICENSE").is_file()
