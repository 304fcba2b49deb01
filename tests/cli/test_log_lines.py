"""The lines of a run: plain, with time and level, or JSON."""

import json
import logging
import re
from datetime import UTC, datetime

import pytest

from paretune.cli.log_lines import LOGGER, LogFormat, log_lines, log_message


def written(capsys, format_):
    with log_lines(format_):
        LOGGER.info("%5d  %s", 3, "loss 0.5\x1b[31m", extra={"fields": {"trial": 3}})
        log_message("ended: 3 trials", logging.WARNING)
        logging.getLogger("paretune.part").error("two\nlines")
    return capsys.readouterr().err.splitlines()


def test_plain_lines_have_the_message_only(capsys):
    assert written(capsys, LogFormat.plain) == ["    3  loss 0.5", "paretune: ended: 3 trials", "two lines"]


@pytest.mark.parametrize("format_", [None, LogFormat.text])
def test_lines_of_a_pipe_have_time_and_level(capsys, format_):
    lines = written(capsys, format_)
    parts = [re.fullmatch(r"(\S+) (INFO|WARNING|ERROR) +(.*)", line) for line in lines]
    assert [part[2] for part in parts] == ["INFO", "WARNING", "ERROR"]
    assert parts[1][3] == "paretune: ended: 3 trials"
    assert abs((datetime.now(UTC) - datetime.fromisoformat(parts[0][1])).total_seconds()) < 3600


def test_json_lines_have_the_fields_of_a_trial(capsys):
    lines = [json.loads(line) for line in written(capsys, LogFormat.json)]
    assert [line["level"] for line in lines] == ["info", "warning", "error"]
    assert lines[0]["trial"] == 3
    assert lines[0]["message"] == "3  loss 0.5"


def test_logger_is_as_before_after_the_run(capsys):
    before = (LOGGER.level, LOGGER.propagate, list(LOGGER.handlers))
    written(capsys, None)
    assert (LOGGER.level, LOGGER.propagate, LOGGER.handlers) == before
