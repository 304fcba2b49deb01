"""Tests of requests: repeated after a lost connection, with one idempotency key."""

import socket
import threading

import pytest

from paretune.client import connection
from paretune.client.connection import Connection, ServiceError

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
BUSY = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"
MOVED = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture
def answering(monkeypatch):
    """Start a server that gives one answer to each connection; return its address and what it received."""
    monkeypatch.setattr(connection, "_PAUSES_SECONDS", (0.0, 0.0))
    listener = socket.create_server(("127.0.0.1", 0))
    received = []

    def answer(answers):
        for text in answers:
            peer, _ = listener.accept()
            with peer:
                received.append(peer.recv(65_536).decode())
                peer.sendall(text)

    def start(*answers):
        threading.Thread(target=answer, args=(answers,), daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}", received

    yield start
    listener.close()


def keys(received):
    lines = [line for text in received for line in text.splitlines()]
    return [line.partition(": ")[2] for line in lines if line.lower().startswith("idempotency-key")]


def test_request_is_repeated_with_the_same_key(answering):
    address, received = answering(b"", BUSY, OK)
    assert Connection(address, "t").send("POST", "/api/x", {"a": 1}) == {}
    assert len(received) == 3
    assert len(set(keys(received))) == 1


def test_requests_that_read_have_no_key(answering):
    address, received = answering(OK)
    Connection(address, "t").send("GET", "/api/x")
    assert keys(received) == []
    assert "Authorization: Bearer t" in received[0]


def test_silent_service_is_named(answering):
    address, _ = answering(b"", b"", b"")
    with pytest.raises(ServiceError, match=f"the service at {address} does not answer"):
        Connection(address, "t").send("GET", "/api/x")


def test_redirect_is_not_followed(answering):
    address, received = answering(MOVED)
    with pytest.raises(ServiceError, match="302"):
        Connection(address, "t").send("GET", "/api/x")
    assert len(received) == 1
