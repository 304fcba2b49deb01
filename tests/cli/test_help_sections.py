"""Help texts: sections, short options, examples and their width. Empty paths of all commands."""

import re
from pathlib import Path

import pytest
import typer

from paretune.cli.entry_point import _COMMANDS, app
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


def test_every_path_of_every_command_is_refused_if_it_is_empty(paretune):
    """A path that is empty would be the current folder."""
    required = {
        "model": "m",
        "data": "d",
        "file": "f",
        "study": "s",
        "candidate": "a",
        "baseline": "b",
        "workload": "w",
    }
    tried = 0
    for name, command in typer.main.get_command(app).commands.items():
        arguments = [p for p in command.params if p.param_type_name == "argument"]
        words = [required.get(p.name, "x") for p in arguments]
        for parameter in command.params:
            is_path = parameter.type_descriptor.annotation is Path
            if not (is_path or re.search("FILE|FOLDER|DATA", parameter.metavar or "")) or parameter.name == "storage":
                continue
            given = ["" if p is parameter else word for p, word in zip(arguments, words, strict=True)]
            option = [] if parameter in arguments else [parameter.opts[-1], ""]
            code, out, error = paretune(name, *given, *option)
            assert (code, out, error.count("\n")) == (2, "", 1), (name, parameter.name)
            assert f"{parameter.metavar if parameter in arguments else option[0]} is empty" in error
            tried += 1
    assert tried >= 20
    assert not list(Path().iterdir())
