"""Metrics and log in the output of a command."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paretune.workloads.commands.output import MAX_LOG_CHARACTERS, MAX_LOG_LINES, parse_metrics, read_output

NUMBERS = st.floats() | st.integers() | st.booleans()


@pytest.fixture
def output(tmp_path):
    def call(out, err=""):
        (tmp_path / "out").write_bytes(out if isinstance(out, bytes) else out.encode())
        (tmp_path / "err").write_text(err)
        return read_output(tmp_path / "out", tmp_path / "err")

    return call


@given(st.dictionaries(st.text(), NUMBERS | st.text()))
def test_json_of_python_is_read_back(metrics):
    import json

    found = parse_metrics(json.dumps(metrics))
    assert repr(found) == repr(metrics)


@given(st.text())
def test_any_text_is_metrics_or_log(text):
    assert parse_metrics(text) is None or text.lstrip().startswith("{")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("nan", math.nan),
        ("-nan", math.nan),
        ("NaN", math.nan),
        ("null", math.nan),
        ("inf", math.inf),
        ("+inf", math.inf),
        ("-inf", -math.inf),
        ("Inf", math.inf),
        ("-Infinity", -math.inf),
        ("1e999", math.inf),
    ],
)
def test_numbers_that_are_not_finite_are_read_as_any_language_writes_them(written, value):
    assert repr(parse_metrics(f'{{"a": {written}, "b":{written}}}')) == repr({"a": value, "b": value})


@pytest.mark.parametrize("line", ["", "0.5", "[1]", '"a"', "{", "{'a': 1}", '{"a": 1} done', '{"a": nano}', "{" * 9999])
def test_line_that_is_not_a_json_object_is_log(line):
    assert parse_metrics(line) is None


def test_last_line_without_step_gives_metrics(output):
    found = output('start\n{"a": 1}\n{"a": 2, "step": 1}\r\n  {"a": 3}\n{"a": 4, "step": 2}\nend\n', "warning\n")
    assert found.metrics == {"a": 3}
    assert found.steps == ({"a": 2, "step": 1}, {"a": 4, "step": 2})
    assert found.log == ("start", "end", "warning")


def test_metrics_behind_progress_bar_without_line_end_are_read(output):
    assert output('\r 10%\r 90%\r{"a": 1}').metrics == {"a": 1}


def test_output_that_is_not_text_is_read(output):
    assert output(b'\xff\x00\xfe\n{"a": 1}\n').metrics == {"a": 1}


def test_log_tail_has_bounded_length(output):
    found = output("\n".join(f"line {i}" for i in range(100)), "x" * 10_000 + "\nlast")
    assert len(found.log) == MAX_LOG_LINES
    assert found.log[0] == "line 82"
    assert found.log_tail.endswith("\nlast")
    assert len(found.log_tail) <= MAX_LOG_CHARACTERS
    assert output("").log_tail == ""


@pytest.mark.parametrize(
    "line",
    [
        "MemoryError",
        "numpy._core._exceptions._ArrayMemoryError: Unable to allocate 9 GiB",
        "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB",
        "RuntimeError: CUDA out of memory.",
        "tensorflow.python.framework.errors_impl.ResourceExhaustedError: OOM",
        "java.lang.OutOfMemoryError: Java heap space",
        "terminate called after throwing an instance of 'std::bad_alloc'",
        "Error: cannot allocate vector of size 7450.6 Gb",
        "fork: Cannot allocate memory",
    ],
)
def test_log_line_shows_exhausted_memory(output, line):
    assert output("", f"Traceback\n{line}\n").shows_out_of_memory
    assert not output("", "Traceback\nValueError: remember\n").shows_out_of_memory
