"""Tests of a run as a process of its own."""

import threading

import pytest

from paretune.server.runs.process import RunProcess

pytestmark = pytest.mark.end_to_end


def test_output_and_exit_code_stay_when_it_has_ended(tmp_path):
    ended = threading.Event()
    process = RunProcess(["run", "--study=mine", "--", "nothing"], str(tmp_path / "studies.db"), ended.set)
    assert ended.wait(300)
    process.end()
    assert (process.is_running, process.exit_code) == (False, 2)
    assert "no workload 'nothing'" in process.output_tail()
