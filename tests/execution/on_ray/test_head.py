"""The seconds for which a head has been silent, with a real socket."""

import socket

from paretune.execution.on_ray.head import Head


def test_head_that_answers_has_been_silent_for_no_time():
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert Head(f"127.0.0.1:{server.getsockname()[1]}").seconds_silent() == 0.0


def test_silence_grows_after_head_is_gone():
    with socket.create_server(("127.0.0.1", 0)) as server:
        head = Head(f"127.0.0.1:{server.getsockname()[1]}")
    first = head.seconds_silent()
    assert 0 < first < head.seconds_silent()
