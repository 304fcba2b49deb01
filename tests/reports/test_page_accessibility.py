"""The page of a report has no serious fault of accessibility."""

import pytest

from accessibility import serious_faults


@pytest.mark.slow
@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
def test_page_has_no_serious_fault(folder, is_dark):
    assert serious_faults(folder / "report.html", is_dark=is_dark) == []
