"""Tests of the declaration of one option of a run."""

from dataclasses import dataclass, fields

from paretune.app.option_declaration import RunOption, option
from paretune.app.value_readers import read_count


@dataclass(frozen=True)
class Options:
    rounds: int = option(3, read_count, "How often.", word=int, executor="ray")


def test_declared_field_has_its_default_and_its_declaration():
    assert Options().rounds == 3
    assert fields(Options)[0].metadata["option"] == RunOption(read_count, "How often.", word=int, executor="ray")


def test_declaration_reads_what_a_user_gave():
    assert fields(Options)[0].metadata["option"].read("rounds", 12) == 12
