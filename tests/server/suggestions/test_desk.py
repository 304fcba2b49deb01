"""Tests of the desk: many clients get different trials, from few computations."""

import asyncio
import threading

import pytest
from optuna.storages import InMemoryStorage

from paretune import Float, Int, Minimize, Objectives, Space, Study
from paretune.errors import SpaceExhaustedError
from paretune.evaluation.outcome import Outcome
from paretune.server.storage_threads import StorageThreads
from paretune.server.suggestions import desk as desk_module
from paretune.server.suggestions.desk import SuggestionDesk
from paretune.server.suggestions.job import compute
from paretune.study.hosted_storage import HostedStorage

OBJECTIVES = Objectives([Minimize("f"), Minimize("g")])
SPACE = Space({"x": Float(0, 1), "y": Float(0, 1)})


class Computer:
    """Computes in a thread, counts, and can be held."""

    def __init__(self):
        self.jobs, self.gate = [], threading.Event()
        self.gate.set()
        self.error = None

    async def run(self, function, job):
        self.jobs.append(job)
        return await asyncio.to_thread(self._compute, function, job)

    def _compute(self, function, job):
        assert self.gate.wait(60)
        if self.error is not None:
            raise self.error
        return function(job)


@pytest.fixture
def scenario(quiet_optuna):  # noqa: ARG001 (for its effect)
    """Run a coroutine that gets a study, its desk and its computer."""

    def call(steps, space=SPACE, deadline=60.0, **settings):
        async def run():
            study = HostedStorage(InMemoryStorage()).create("nets", space, OBJECTIVES, settings)
            threads, computer = StorageThreads(), Computer()
            desk = SuggestionDesk(study, threads, computer, deadline)
            try:
                return await steps(study, desk, computer)
            finally:
                computer.gate.set()
                await desk.close()
                threads.close()

        return asyncio.run(asyncio.wait_for(run(), timeout=120))

    return call


def tell(study, given):
    x, y = given.trial.params["x"], given.trial.params["y"]
    study.tell(given.trial.number, Outcome.from_metrics({"f": x + 0.1 * y, "g": 1 - x + y}, OBJECTIVES))


async def until(holds):
    async with asyncio.timeout(60):
        while not holds():
            await asyncio.sleep(0.005)


def test_one_client_makes_the_search_of_the_library(scenario, tmp_path):
    async def steps(study, desk, _computer):
        for _ in range(9):
            tell(study, await desk.ask())
            desk.prepare()
        return study.view().trials.params

    alone = Study(SPACE, OBJECTIVES, storage=tmp_path / "alone.db", seed=3)
    alone.run(lambda p: {"f": p["x"] + 0.1 * p["y"], "g": 1 - p["x"] + p["y"]}, n_trials=9)
    assert scenario(steps, seed=3) == alone.trials.params


def test_waiting_clients_share_one_computation(scenario):
    async def steps(_study, desk, computer):
        computer.gate.clear()
        first = asyncio.create_task(desk.ask())
        await until(lambda: computer.jobs)
        others = [asyncio.create_task(desk.ask()) for _ in range(5)]
        await until(lambda: len(desk._waiting) == 6)  # the first one waits, too
        computer.gate.set()
        given = await asyncio.gather(first, *others)
        return [each.trial for each in given], [job.n for job in computer.jobs]

    trials, sizes = scenario(steps)
    assert sizes == [1, 5]
    assert len({str(trial.params) for trial in trials}) == 6
    assert sorted(trial.number for trial in trials) == [0, 1, 2, 3, 4, 5]


def test_next_point_is_computed_ahead_of_the_question(scenario):
    async def steps(study, desk, computer):
        tell(study, await desk.ask())
        desk.prepare()
        await until(desk._task.done)
        n_jobs = len(computer.jobs)
        given = await desk.ask()
        return given.source, given.tells_late, len(computer.jobs) - n_jobs

    assert scenario(steps) == ("ready", 0, 0)


def test_late_models_give_a_labelled_sobol_point(scenario):
    async def steps(study, desk, computer):
        computer.gate.clear()
        given = [await desk.ask(), await desk.ask()]
        return [each.source for each in given], [each.trial.params for each in given], study.view().records

    sources, params, records = scenario(steps, deadline=0.05)
    assert sources == ["fallback", "fallback"]
    assert params[0] != params[1]
    assert records[0]["suggestion"]["source"] == "fallback"


def test_failing_models_give_a_sobol_point(scenario):
    async def steps(_study, desk, computer):
        computer.error = MemoryError("killed")
        return (await desk.ask()).source

    assert scenario(steps) == "fallback"


def test_exhausted_space_is_told_to_all_who_wait(scenario):
    async def steps(_study, desk, _computer):
        return await asyncio.gather(*(desk.ask() for _ in range(3)), return_exceptions=True)

    found = scenario(steps, Space({"x": Int(1, 1), "y": Int(1, 2)}), searcher="grid")
    kinds = [type(each) for each in found]
    assert kinds.count(SpaceExhaustedError) >= 1
    params = [str(each.trial.params) for each in found if not isinstance(each, Exception)]
    assert len(set(params)) == len(params)


def test_trials_of_others_make_points_stale(scenario):
    async def steps(study, desk, computer):
        tell(study, await desk.ask())
        desk.prepare()
        await until(desk._task.done)
        study.add([({"x": 0.5, "y": 0.5}, Outcome.from_metrics({"f": 1, "g": 1}, OBJECTIVES))])
        n_jobs = len(computer.jobs)
        return (await desk.ask()).source, len(computer.jobs) - n_jobs

    assert scenario(steps) == ("computed", 1)


def test_equal_requests_at_once_get_one_trial(scenario):
    async def steps(_study, desk, _computer):
        given = await asyncio.gather(*(desk.ask("key") for _ in range(3)))
        again = await desk.ask("key")
        return {each.trial.number for each in (*given, again)}, again.source

    assert scenario(steps) == ({0}, "repeated")


def test_total_is_met_exactly_by_many_clients(scenario):
    async def steps(_study, desk, _computer):
        return await asyncio.gather(*(desk.ask() for _ in range(6)))

    given = scenario(steps, searcher="random", n_trials=4)
    assert sorted(each.trial.number for each in given if each is not None) == [0, 1, 2, 3]
    assert given.count(None) == 2


def test_partial_configuration_of_the_queue_is_completed(scenario, monkeypatch):
    async def steps(study, desk, _computer):
        study._writer.enqueue_trial({"x": 0.25})
        given = await desk.ask()
        return given.source, given.trial.params["x"], study.space.contains(given.trial.params)

    monkeypatch.setattr(desk_module, "compute", compute)
    assert scenario(steps) == ("queue", 0.25, True)
