"""The kernel's count of processes killed for memory. `test_command.py` tests a real kill."""

import sys

import pytest

from paretune.processes.oom_kills import count_oom_kills


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux counts")
def test_count_can_be_read_on_linux():
    count = count_oom_kills()
    assert count is not None
    assert count >= 0
