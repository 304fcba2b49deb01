"""Every example runs: those of the docstrings, of the README and of the docs."""

from collections.abc import Iterator

import pytest
from sybil import Sybil
from sybil.document import PythonDocStringDocument
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser
from sybil.parsers.rest import DocTestParser


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
    fixtures=["in_an_empty_folder"],
)

pytest_collect_file = (_docstrings + _pages).pytest()
