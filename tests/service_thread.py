"""A service that listens at a real port, in a thread of this process."""

import contextlib
import socket
import threading

import uvicorn

from process_checks import wait_until


@contextlib.contextmanager
def listening(app):
    """Run an application; give its address, and end it in the end."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="on", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    wait_until(lambda: server.started, "the service listens")
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        app.service.begin_closing()
        server.should_exit = True
        thread.join(timeout=60)
        listener.close()
