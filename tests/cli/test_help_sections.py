"""Help texts: sections, short options, examples and their width."""

import re

import pytest

from paretune.cli.entry_point import _COMMANDS
from paretune.cli.help_sections import ARGUMENTS, OTHER, RUN_END, SEARCH, STUDY, WORKERS


@pytest.mark.parametrize("word", ["-h", "--help"])
@pytest.mark.parametrize("command", list(_COMMANDS))
def test_each_command_has_help_with_an_example_that_fits_80_columns(paretune, command, word):
    code, out, err = paretune(command, word)
    assert (code, err) == (0, "")
    assert max(map(len, out.splitlines())) <= 80
    assert re.search(rf"\n  Examples:\n    paretune {command}", out)


def test_options_of_run_are_in_sections_in_order(paretune):
    _, out, _ = paretune("run", "-h")
    titles = re.findall(r"^(\w.*):$", out, re.MULTILINE)
    assert [t for t in titles if t in (ARGUMENTS, STUDY, SEARCH, WORKERS, RUN_END, OTHER)] == [
        ARGUMENTS,
        STUDY,
        SEARCH,
        WORKERS,
        RUN_END,
        OTHER,
    ]
    rest = out[out.index(f"\n{OTHER}:") :]
    assert re.findall(r"^  (-\S.*?)  ", rest, re.MULTILINE) == ["-h, --help"]


def test_options_name_the_kind_of_their_value(paretune):
    _, out, _ = paretune("run", "-h")
    for words in ("--trials N ", "--stop-after DURATION", "--memory-limit SIZE", "--storage FILE|URL", "--out FOLDER"):
        assert words in out
    assert not re.search("<(str|int|float|path|list)", out)


def test_all_commands_are_listed_with_a_whole_sentence(paretune):
    _, out, _ = paretune("-h")
    listed = dict(re.findall(r"^  ([a-z-]+)  +([A-Z].*)$", out, re.MULTILINE))
    assert list(_COMMANDS) == [name for name in listed if name in _COMMANDS]
    assert all(listed[name].endswith(".") and not listed[name].endswith("...") for name in _COMMANDS)
