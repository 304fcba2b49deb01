"""The registered schedulers, and their names on the command line."""

from dataclasses import fields, is_dataclass

import pytest

from paretune.app import value_readers
from paretune.app.run_options import RunOptions
from paretune.schedulers import SCHEDULERS


def test_command_line_knows_the_registered_schedulers():
    assert ("none", *SCHEDULERS) == value_readers.SCHEDULERS


@pytest.mark.parametrize("name", SCHEDULERS)
def test_scheduler_is_a_dataclass_with_the_first_step_of_a_run_option(name):
    assert is_dataclass(SCHEDULERS[name])
    names = {field.name for field in fields(SCHEDULERS[name])}
    assert names & {field.name for field in fields(RunOptions)} >= {"min_resource"}
