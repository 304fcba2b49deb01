"""The public names are those of docs/api.md."""

import ast
import re
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
SOURCE = REPOSITORY / "src"
PAGE = REPOSITORY / "docs" / "api.md"
NEED_PACKAGES = {"paretune.adapters.callbacks", "paretune.adapters.ray_tune"}  # their own tests import them


@cache
def names_in_code():
    """The names of each module's `__all__`, by module."""
    found = {}
    for file in sorted(SOURCE.rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        for statement in ast.parse(text).body if "__all__" in text else ():
            if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "__all__":
                parts = file.relative_to(SOURCE).with_suffix("").parts
                module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
                found[module] = ast.literal_eval(statement.value)
    return found


def names_on_page():
    """The names that each section of the page lists, by module."""
    sections = re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {
        section.partition("\n")[0]: re.findall(r"^- `(\w+)`: \S", section, flags=re.MULTILINE) for section in sections
    }


def test_page_lists_every_module_with_public_names():
    assert list(names_on_page()) == sorted(names_in_code())


@pytest.mark.parametrize("module", sorted(names_in_code()))
def test_page_lists_the_public_names_of(module):
    listed, public = names_on_page().get(module, []), names_in_code()[module]
    assert listed == public, f"write the change of {module} into docs/api.md and CHANGELOG.md"


@pytest.mark.parametrize("module", sorted(names_in_code().keys() - NEED_PACKAGES))
def test_public_names_exist_in(module):
    loaded = import_module(module)
    assert [name for name in names_in_code()[module] if not hasattr(loaded, name)] == []
