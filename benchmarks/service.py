"""Measure the service under load: answers, many clients, observations, and the page of a long study.

Run it: ``python benchmarks/service.py``. It starts ``paretune serve`` on a free port over an SQLite file in a temporary
folder, and prints one line for each number. Ratios compare times of one run.
"""

from __future__ import annotations

import http.client
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from paretune import Float, Maximize, Minimize, Objectives, Space, Trials, suggest
from paretune.evaluation.outcome import Outcome
from paretune.study.hosted_storage import HostedStorage

SPACE = Space({f"x{i}": Float(0, 1) for i in range(12)})
OBJECTIVES = Objectives([Maximize("gain"), Minimize("cost")])
N_TRIALS, N_ANSWERS, N_CLIENTS, N_LONG, N_CALLS = 60, 15, 16, 5_000, 50


class Service:
    """A connection to the service."""

    def __init__(self, port: int, token: str, process: int) -> None:
        self.port, self.token, self._process = port, token, psutil.Process(process)

    def cpu_seconds(self) -> float:
        """CPU time of the service without the processes of its models."""
        times = self._process.cpu_times()
        return float(times.user + times.system)

    def send(self, method: str, path: str, body: Any = None) -> tuple[Any, float]:
        """Send a request on a connection of its own; return the answer and its seconds."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=150)) as connection:
            start = time.perf_counter()
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            content = answer.read()
            seconds = time.perf_counter() - start
        if answer.status != 200:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:500]!r}")
        is_json = "json" in (answer.headers["content-type"] or "")
        return (json.loads(content) if is_json else content.decode()), seconds

    def create(self, name: str, **more: Any) -> None:
        """Make a study."""
        definition = {"space": SPACE.to_dict(), "objectives": OBJECTIVES.to_dict()}
        self.send("POST", "/api/studies", {"name": name, **definition, **more})

    def fill(self, name: str, n: int) -> None:
        """Add random trials."""
        rng = np.random.default_rng(0)
        for start in range(0, n, 1_000):
            params = SPACE.decode(rng.random((min(1_000, n - start), len(SPACE))))
            observations = [{"params": each, "metrics": evaluate(each)} for each in params]
            self.send("POST", f"/api/studies/{name}/trials", {"observations": observations})

    def ask(self, name: str) -> tuple[dict[str, Any], float]:
        """Ask for a trial."""
        answer, seconds = self.send("POST", f"/api/studies/{name}/ask")
        return answer["trials"][0], seconds

    def tell(self, name: str, trial: dict[str, Any]) -> None:
        """Tell its outcome."""
        body = {"metrics": evaluate(trial["params"])}
        self.send("POST", f"/api/studies/{name}/trials/{trial['number']}/tell", body)


def evaluate(params: dict[str, float]) -> dict[str, float]:
    """A smooth trade-off."""
    x = np.array(list(params.values()))
    return {"gain": float(1 - ((x - 0.3) ** 2).mean()), "cost": float(((x - 0.7) ** 2).mean())}


@contextmanager
def started(folder: str) -> Iterator[tuple[Service, float]]:
    """Start the service; give it, and the seconds until it answers."""
    code = "from paretune.cli import main; main()"
    start = time.perf_counter()
    arguments = [sys.executable, "-c", code, "serve", "--port", "0", "--storage", str(Path(folder) / "studies.db")]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)  # noqa: S603 (this program)
    try:
        found = re.search(r":(\d+)/login\?token=(\S+)", process.stdout.readline() if process.stdout else "")
        if found is None:
            raise RuntimeError("the service does not start")
        yield Service(int(found.group(1)), found.group(2), process.pid), time.perf_counter() - start
    finally:
        process.terminate()
        process.wait()


def show(name: str, value: str) -> None:
    """Print a number."""
    print(f"{name:<58} {value}", flush=True)  # noqa: T201 (a result)


def p95(seconds: list[float]) -> float:
    """The 95th percentile in milliseconds."""
    return float(np.quantile(seconds, 0.95) * 1e3)


def measure_suggest() -> list[float]:
    """Seconds of `suggest` itself, without a service."""
    rng = np.random.default_rng(0)
    params = SPACE.decode(rng.random((N_TRIALS, len(SPACE))))
    values = [list(evaluate(each).values()) for each in params]
    trials = Trials(SPACE, OBJECTIVES, tuple(params), losses=OBJECTIVES.losses(values))
    seconds = []
    for seed in range(4):
        start = time.perf_counter()
        suggest(trials, SPACE, OBJECTIVES, seed=seed)
        seconds.append(time.perf_counter() - start)
    return seconds[1:]  # the first one loads PyTorch


def measure_answers(service: Service) -> None:
    """Answers from the ready points, and answers for which the models are computed."""
    service.create("answers")
    service.fill("answers", N_TRIALS)
    service.ask("answers")  # starts the process of the models
    seconds: dict[str, list[float]] = {"ready": [], "computed": []}
    for i in range(N_ANSWERS):
        trial, taken = service.ask("answers")
        seconds.setdefault(trial["source"], []).append(taken)
        service.tell("answers", trial)
        if i % 3:
            time.sleep(3)  # time to compute ahead, as during a training
    alone = measure_suggest()
    for source, found in seconds.items():
        if found:
            show(f"answer, {source}: median, p95", f"{1e3 * statistics.median(found):.0f} ms, {p95(found):.0f} ms")
    if seconds["computed"]:
        ratio = statistics.median(seconds["computed"]) / statistics.median(alone)
        show("answer, computed, against suggest itself (medians)", f"{ratio:.2f}")


def measure_clients(service: Service) -> None:
    """Many clients on one study."""
    service.create("clients")
    service.fill("clients", N_TRIALS)

    def work(_client: int) -> list[tuple[str, float]]:
        found = []
        for _ in range(3):
            trial, seconds = service.ask("clients")
            service.tell("clients", trial)
            found.append((trial["source"], seconds))
        return found

    with ThreadPoolExecutor(N_CLIENTS) as pool:
        answers = [answer for part in pool.map(work, range(N_CLIENTS)) for answer in part]
    sources = Counter(source for source, _ in answers)
    show(f"{N_CLIENTS} clients, {len(answers)} trials: longest wait", f"{max(s for _, s in answers):.1f} s")
    show("sources", ", ".join(f"{source} {n}" for source, n in sources.most_common()))


def measure_observations(service: Service) -> None:
    """Trials that are told one by one, and in one request."""
    service.create("observations", searcher="random")
    asked = [service.send("POST", "/api/studies/observations/ask", {"n": 20})[0]["trials"] for _ in range(5)]
    trials = [trial for part in asked for trial in part]
    start, cpu = time.perf_counter(), service.cpu_seconds()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda trial: service.tell("observations", trial), trials))
    show("told one by one by 4 clients", f"{len(trials) / (time.perf_counter() - start):.0f} a second")
    show("CPU of the service for each of them", f"{1e3 * (service.cpu_seconds() - cpu) / len(trials):.0f} ms")
    start = time.perf_counter()
    service.fill("observations", 1_000)
    show("added 1,000 in one request", f"{1_000 / (time.perf_counter() - start):.0f} a second")


def measure_storage(folder: str) -> None:
    """CPU time of the storage alone: of outcomes of 60 pending trials, and of new trials after them."""
    storage = HostedStorage(str(Path(folder) / "storage.db"))
    study = storage.create("storage", SPACE, OBJECTIVES, {"searcher": "random"})
    configurations = SPACE.decode(np.random.default_rng(0).random((N_TRIALS + N_CALLS, len(SPACE))))
    for params in configurations[:N_TRIALS]:
        study.claim(params, {})
    start = time.process_time()
    for number in range(N_CALLS):
        study.trial(number)
        study.tell(number, Outcome.from_metrics({"gain": 0.5, "cost": number}, OBJECTIVES))
        study.end_if_over()
        study.view_one(number)
        study.revision()
    show("storage: CPU of an outcome", f"{1e3 * (time.process_time() - start) / N_CALLS:.0f} ms")
    start = time.process_time()
    for params in configurations[N_TRIALS:]:
        study.n_left()
        study.revision()
        study.claim(params, {})
    show("storage: CPU of a new trial", f"{1e3 * (time.process_time() - start) / N_CALLS:.0f} ms")


def measure_page(service: Service) -> None:
    """The page of a long study."""
    service.create("long")
    service.fill("long", N_LONG)
    seconds = [service.send("GET", f"/studies/long{part}")[1] for part in ("", "/live", "/live")]
    show(f"page of {N_LONG:,} trials: first, live part", f"{seconds[0]:.2f} s, {seconds[-1]:.2f} s")


def main() -> None:
    """Measure everything."""
    with tempfile.TemporaryDirectory() as folder:
        measure_storage(folder)
    with tempfile.TemporaryDirectory() as folder, started(folder) as (service, seconds):
        show("start until it answers: time, CPU", f"{seconds:.1f} s, {service.cpu_seconds():.1f} s")
        measure_observations(service)
        measure_answers(service)
        measure_clients(service)
        measure_page(service)


if __name__ == "__main__":
    main()
