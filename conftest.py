"""Every example of the docstrings, the README and the docs runs. Files without a chosen test are not imported."""

import itertools
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sybil import Sybil
from sybil.document import PythonDocStringDocument
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser
from sybil.parsers.rest import DocTestParser

_MEMORY = Path("/dev/shm")  # noqa: S108 (pytest makes a folder of its own there)
if os.access(_MEMORY, os.W_OK):  # a database on a disk waits for it at each of the thousands of commits
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))


@pytest.fixture(scope="module")
def in_an_empty_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What an example writes must not lie about, nor be found by the next run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("example"))
        yield


_docstrings = Sybil(
    parsers=[DocTestParser()],
    pattern="*.py",
    excludes=["tests/**", "conftest.py"],
    document_types={".py": PythonDocStringDocument},
    fixtures=["in_an_empty_folder"],
)
_pages = Sybil(
    parsers=[PythonCodeBlockParser(), SkipParser()],
    pattern="*.md",
    excludes=["docs/library.md"],  # tests/study/test_library_page.py runs each of its examples on its own
    fixtures=["in_an_empty_folder"],
)

pytest_collect_file = (_docstrings + _pages).pytest()

_MARKERS = {"slow", "gpu", "end_to_end", "mxnet", "ray"}


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Ignore modules without examples, and files without a test that ``-m`` chooses: imports take seconds."""
    if not collection_path.is_file():
        return None
    text = collection_path.read_text(encoding="utf-8", errors="replace")
    if config.rootpath / "src" in collection_path.parents and ">>>" not in text:
        return True
    return None if _may_have_chosen_test(text, config.getoption("markexpr")) else True


def _may_have_chosen_test(text: str, expression: str) -> bool:
    """Decide whether a file of this text may have a test that the expression of ``-m`` chooses."""
    words = set(re.findall(r"\w+", expression)) - {"and", "or", "not"}
    if not words or not words <= _MARKERS:
        return True
    marked = re.search(r"^pytestmark = .*", text, re.MULTILINE)
    of_all = set(re.findall(r"pytest\.mark\.(\w+)", marked[0])) if marked else set()
    of_some = sorted({word for word in words if re.search(rf"\b{word}\b", text)} - of_all)
    marks = (of_all.union(some) for n in range(len(of_some) + 1) for some in itertools.combinations(of_some, n))
    return any(eval(expression, {}, {word: word in has for word in words}) for has in marks)  # noqa: S307 (only markers)
