"""Tests of the service as a process: it starts, prints one link, and ends at once with streams open."""

import contextlib
import http.client
import json
import signal
import socket

import pytest

from forked_command import ForkedCommand

pytestmark = pytest.mark.end_to_end
STUDY = {
    "name": "nets",
    "space": {"x": {"type": "float", "low": 0, "high": 1}},
    "objectives": {"f": {"goal": "minimize"}},
}


@contextlib.contextmanager
def answer(port, token, method, path, body=None):
    """The answer to a request, while its connection is open."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        with contextlib.closing(connection.getresponse()) as found:
            yield found


def request(*arguments):
    """The value of an answer."""
    with answer(*arguments) as found:
        assert found.status == 200
        return json.loads(found.read())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupt_ends_it_at_once_with_streams_open(start, number):
    process, port, token = start()
    request(port, token, "POST", "/api/studies", STUDY)
    with answer(port, token, "GET", "/api/studies/nets/events") as stream:
        assert stream.readline().startswith(b"retry")
        process.send_signal(number)
        output, errors = process.communicate(timeout=60)  # without an end of the streams it would be for ever
    assert (process.returncode, errors) == (0, "")
    assert token not in output.replace(f"token={token}", "", 1)


def test_trial_survives_a_killed_service(start):
    process, port, token = start()
    request(port, token, "POST", "/api/studies", STUDY)
    (asked,) = request(port, token, "POST", "/api/studies/nets/ask")["trials"]
    process.kill()
    process.communicate()
    _, port, token = start()
    told = request(port, token, "POST", "/api/studies/nets/trials/0/tell", {"metrics": {"f": 1.0}})
    assert told["params"] == asked["params"]


def test_taken_port_is_named(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with ForkedCommand("serve", "--port", str(port), folder=tmp_path) as process:
            _, errors = process.communicate(timeout=120)
    assert process.returncode == 2
    assert f"127.0.0.1:{port} cannot be used (Address already in use): choose another --port" in errors
