"""Tests of the events of a study."""

import asyncio
import json

import pytest
from optuna.storages import InMemoryStorage

from paretune import Float, Minimize, Objectives, Space
from paretune.evaluation.outcome import Outcome
from paretune.server import events
from paretune.server.events import StudyWatch, stream_events
from paretune.server.storage_threads import StorageThreads
from paretune.study.hosted_storage import HostedStorage

OBJECTIVES = Objectives([Minimize("f")])


@pytest.fixture
def study(quiet_optuna):  # noqa: ARG001 (for its effect)
    return HostedStorage(InMemoryStorage()).create("nets", Space({"x": Float(0, 1)}), OBJECTIVES, {})


@pytest.fixture
def collect(study, monkeypatch):
    """Read a stream until it has ``n`` events; call a function after each event."""
    monkeypatch.setattr(events, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(events, "POLL_SECONDS", 0.02)

    def call(n, after_event=lambda _i: None, last_id="", is_over=lambda: False):
        async def read():
            threads, found = StorageThreads(), []
            watch = StudyWatch(study, threads)
            async for text in stream_events(study, watch, threads, last_id, is_over):
                if text.startswith(b"event"):
                    found.append(parse(text.decode()))
                    if len(found) == n:
                        break
                    after_event(len(found))
                    watch.poke()
            threads.close()
            return found

        return asyncio.run(asyncio.wait_for(read(), timeout=60))

    return call


def parse(text):
    fields = dict(line.split(": ", 1) for line in text.strip().splitlines())
    return fields["id"], json.loads(fields["data"])


def add(study, value):
    study.add([({"x": value}, Outcome.from_metrics({"f": value}, OBJECTIVES))])


def test_first_event_comes_at_once_and_changes_follow(study, collect):
    first, second = collect(2, lambda _i: add(study, 0.5))
    assert (first[1]["trials"], first[1]["ended"]) == (0, [])
    assert (second[1]["finished"], second[1]["ended"]) == (1, [0])
    assert second[0] != first[0]


def test_client_that_comes_back_gets_what_it_missed(study, collect):
    ((before, _),) = collect(1)
    add(study, 0.25)
    add(study, 0.75)
    ((now, data),) = collect(1, last_id=before)
    assert data["ended"] == [0, 1]
    add(study, 0.1)
    assert collect(1, last_id=now)[0][1]["ended"] == [2]


def test_change_by_another_process_is_noticed(study, collect):
    assert len(collect(2, lambda _i: study.enqueue({"x": 0.5}))) == 2


def test_stream_ends_when_the_service_does(collect):
    assert collect(5, is_over=lambda: True) == []


def test_stream_with_nothing_new_sends_comments(study, monkeypatch):
    monkeypatch.setattr(events, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(events, "COMMENT_SECONDS", 0.02)

    async def read():
        threads = StorageThreads()
        stream = stream_events(study, StudyWatch(study, threads), threads, str(study.revision()), lambda: False)
        texts = [await anext(stream) for _ in range(2)]
        await stream.aclose()
        threads.close()
        return texts

    assert asyncio.run(asyncio.wait_for(read(), timeout=60))[1] == b": still here\n\n"
