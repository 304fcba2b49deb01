"""Start the server with the parameters of a trial, send it requests, and print throughput and latency.

For a real server, change `SERVER`, such as to ``["vllm", "serve", MODEL, "--port", PORT, "--max-num-seqs", ...]``.
"""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import numpy as np

N_REQUESTS, N_CLIENTS = 96, 24
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    PORT = str(free.getsockname()[1])
SERVER = [sys.executable, "server.py", PORT, os.environ["PARETUNE_PARAMS"]]
ADDRESS = f"http://127.0.0.1:{PORT}/"


def ask(prompt):
    began = time.perf_counter()
    with urllib.request.urlopen(ADDRESS, data=prompt.encode(), timeout=60) as answer:
        answer.read()
    return time.perf_counter() - began


def wait_until_ready(server):
    while server.poll() is None:
        try:
            return ask("ready?")
        except urllib.error.HTTPError:
            raise
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"the server ended with {server.returncode}")


with subprocess.Popen(SERVER) as server:
    try:
        wait_until_ready(server)
        began = time.perf_counter()
        with ThreadPoolExecutor(N_CLIENTS) as clients:
            seconds = list(clients.map(ask, [f"prompt {n}" for n in range(N_REQUESTS)]))
        throughput = N_REQUESTS / (time.perf_counter() - began)
    finally:
        server.terminate()
print(json.dumps({"throughput": throughput, "p95": float(np.quantile(seconds, 0.95))}))
