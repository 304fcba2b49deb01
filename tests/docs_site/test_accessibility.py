"""Pages of the site, which `make docs` builds, have no serious fault of accessibility."""

from pathlib import Path

import pytest

from accessibility import serious_faults

SITE = Path(__file__).parents[2] / "build" / "site"
PAGES = ["index", "start-csv", "faq", "examples/keras-digits", "reference/paretune.study"]


@pytest.mark.slow
@pytest.mark.skipif(not SITE.exists(), reason="make docs has not built the site")
@pytest.mark.parametrize("name", PAGES)
def test_page_has_no_serious_fault(name):
    assert serious_faults(SITE / f"{name}.html") == []
