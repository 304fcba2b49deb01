"""Metrics and log in the output of a command."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paretune.evaluation.reporter import Reporter
from paretune.workloads.commands.output import MAX_LOG_CHARACTERS, MAX_LOG_LINES, OutputReader, parse_metrics

NUMBERS = st.floats() | st.integers() | st.booleans()


@pytest.fixture
def output(tmp_path):
    def call(out, err=""):
        (tmp_path / "out").write_bytes(out if isinstance(out, bytes) else out.encode())
        (tmp_path / "err").write_text(err)
        return OutputReader(tmp_path / "out").finish(tmp_path / "err")

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
    assert found.has_steps
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


@pytest.fixture
def growing(tmp_path):
    """A reader with its report, and a function that appends to what it reads."""
    out, err, report = tmp_path / "out", tmp_path / "err", Reporter()
    out.touch()
    err.touch()
    reader = OutputReader(out, report)

    def append(text):
        with out.open("ab") as opened:
            opened.write(text)
        reader.read_new()
        return report.curve.steps

    return reader, append, out, err


def test_step_is_reported_once_its_line_has_ended(growing):
    reader, append, _out, err = growing
    assert append(b'{"step": 1, "a": 0.5}\n{"st') == ({"step": 1, "a": 0.5},)
    assert len(append(b'ep": 2, "a": 0.25}')) == 1
    assert append(b"\r")[1:] == ({"step": 2, "a": 0.25},)
    append('{"step": 3, "ä": 1}'.encode()[:14])
    append('{"step": 3, "ä": 1}'.encode()[14:] + b'\n{"a": 7}')
    assert reader.finish(err).metrics == {"a": 7}
    assert append(b"")[2] == {"step": 3, "ä": 1.0}


@pytest.mark.parametrize("step", ["1.5", "-1", "null", '"one"', "true", "1e400", '1, "paretune:x": 2'])
def test_line_with_a_bad_step_stays_in_log(growing, step):
    reader, append, _out, err = growing
    line = f'{{"a": 1, "step": {step}}}'
    assert append(f"{line}\n".encode()) == ()
    found = reader.finish(err)
    assert (found.has_steps, found.log) == (False, (line,))


def test_steps_are_complete_after_the_middle_of_the_file_was_cut_out(growing):
    reader, append, out, err = growing
    for i in range(100):
        append(f'{{"step": {i}, "a": {i}}}\n'.encode())
    text = out.read_bytes()
    out.write_bytes(text[:300] + b"\n[... gap ...]\n" + text[-300:])
    steps = append(b'{"step": 100, "a": 100}\n')
    assert [step["step"] for step in steps] == list(range(101))
    assert reader.finish(err).has_steps


def test_report_that_returns_false_asks_for_a_stop(tmp_path):
    (tmp_path / "out").write_text('{"step": 1, "a": 1}\n')
    reader = OutputReader(tmp_path / "out", lambda _step, _metrics: False)
    assert not reader.should_stop
    reader.read_new()
    assert reader.should_stop
