"""A stand-in for a server of a language model: it batches requests, and a batch takes its time."""

import json
import queue
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

params = json.loads(sys.argv[2])
IS_SMALL = params["quantization"] == "int8"
MEMORY, WEIGHTS, PER_REQUEST = 24.0, 3.0 if IS_SMALL else 6.0, 0.25  # GB
if params["max_batch"] * PER_REQUEST > MEMORY * params["cache"] - WEIGHTS:
    raise MemoryError(f"a batch of {params['max_batch']} does not fit into the cache")

waiting = queue.Queue()


def serve_batches():
    while True:
        batch = [waiting.get()]
        until = time.monotonic() + params["max_wait"]
        while len(batch) < params["max_batch"] and (left := until - time.monotonic()) > 0:
            try:
                batch.append(waiting.get(timeout=left))
            except queue.Empty:
                break
        time.sleep((0.004 if IS_SMALL else 0.006) + 0.0007 * len(batch) * (1.4 if IS_SMALL else 1.0))
        for done in batch:
            done.set()


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        done = threading.Event()
        waiting.put(done)
        done.wait()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"an answer")

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 256


threading.Thread(target=serve_batches, daemon=True).start()
Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
