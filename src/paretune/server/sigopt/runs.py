"""The runs that a caller of SigOpt's protocol may use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from paretune.server.security.refusal import RefusalError
from paretune.server.sigopt.observation import live_observations, observation_id
from paretune.server.sigopt.open_experiments import CHECKPOINT, RUN, Experiments, OpenExperiment
from paretune.server.sigopt.results import best_trials
from paretune.server.sigopt.run import describe_run, new_run
from paretune.server.sigopt.suggestion import SUGGESTION, by_suggestion, pending_trial, suggestion_id
from paretune.server.sigopt.suggestion_routes import begin_trial
from paretune.server.sigopt.write_runs import change_run, check_assignments
from paretune.study.documents import Document

_SOURCE = "SigOpt"  # the name under which the client shows what was suggested


@dataclass(frozen=True)
class OpenRun:
    """A run that a route works with.

    Args:
        document: its document.
        found: its experiment; None without one.
    """

    document: Document
    found: OpenExperiment | None = None


class Runs:
    """The runs that a caller may use: those of experiments, and those of projects, whose ids stand for studies.

    Args:
        experiments: the experiments that the caller may use.
    """

    def __init__(self, experiments: Experiments) -> None:
        self._experiments, self._service = experiments, experiments.service

    async def begin(self, found: OpenExperiment, fields: Mapping[str, Any]) -> OpenRun:
        """Begin a run of an experiment.

        Args:
            found: the experiment.
            fields: of the request; with assignments the run has these instead of a suggestion.
        """
        space = found.experiment.space
        own = {name: value for name, value in fields.get("assignments", {}).items() if name in space}
        check_assignments(found.experiment, own)
        number = await begin_trial(self._service, found, own or None, {})
        (record,) = await self._service.threads.read(found.trials.some_records, [number])
        source = "User" if own else _SOURCE
        suggested = {
            "assignments": dict(record.params),
            "assignments_meta": {name: {"source": source} for name in record.params},
            "assignments_sources": {source: {"sort": 1, "default_show": True}},
        }
        body = {**new_run(suggested, found.experiment.project), SUGGESTION: suggestion_id(record)}
        documents = await self._experiments.documents()
        arguments = ([body], found.id, found.experiment.project)
        (document,) = await self._service.threads.write(documents.insert, RUN, *arguments)
        return (
            await self.change(OpenRun(document, found), fields, replaces=False) if fields else OpenRun(document, found)
        )

    async def create(self, project: str, bodies: Sequence[Mapping[str, Any]]) -> list[OpenRun]:
        """Store runs without an experiment in one transaction."""
        if not self._experiments.caller.token.may_use(project):
            raise RefusalError(403, "scope", f"the token may not store runs of the project {project!r}")
        documents = await self._experiments.documents()
        created = await self._service.threads.write(documents.insert, RUN, bodies, None, project)
        return [OpenRun(document) for document in created]

    async def open(self, run_id: int) -> OpenRun:
        """Open a run.

        Raises:
            RefusalError: there is none of that id, or the token may not use it.
        """
        documents = await self._experiments.documents()
        document = await self._service.threads.read(documents.get, RUN, run_id)
        if document is not None and document.parent is not None:
            return OpenRun(document, await self._experiments.open(document.parent))
        if document is None or not self._experiments.caller.token.may_use(document.label):
            raise RefusalError(404, "not_found", f"there is no run {run_id}")
        return OpenRun(document)

    async def all(self, *, found: OpenExperiment | None = None, project: str | None = None) -> list[dict[str, Any]]:
        """Describe the runs of an experiment or of a project, or all, by id."""
        documents = await self._experiments.documents()
        parent = None if found is None else found.id
        stored = await self._service.threads.read(documents.find, RUN, parent, project)
        opened = {each: await self._experiments.open(each) for each in await self._experiments.all(state="all")}
        may_use = self._experiments.caller.token.may_use
        mine = [d for d in stored if (may_use(d.label) if d.parent is None else d.parent in opened)]
        trials = {each: await self._trials(opened[each]) for each in {d.parent for d in mine if d.parent is not None}}
        counts = await self._service.threads.read(_count_checkpoints, documents, mine)
        return [_describe(d, trials.get(d.parent or -1, {}), counts[d.id]) for d in mine]

    async def best(self, found: OpenExperiment) -> list[dict[str, Any]]:
        """Describe the runs whose trials are on the front, the best in the first metric first."""
        best = best_trials(found.experiment, await self._experiments.records(found))
        runs = {run[SUGGESTION]: run for run in await self.all(found=found) if not run["deleted"]}
        keys = [str(suggestion_id(record)) for record in best]
        return [runs[key] for key in keys if key in runs]

    async def change(self, run: OpenRun, fields: Mapping[str, Any], *, replaces: bool) -> OpenRun:
        """Change a run, see `change_run`."""
        documents = await self._experiments.documents()
        changed = await self._service.threads.write(
            change_run, documents, run.document, run.found, fields, replaces=replaces
        )
        if run.found is not None and any(name in fields for name in ("state", "deleted", "values")):
            run.found.opened.desk.prepare()
            run.found.opened.watch.poke()
        return replace(run, document=changed)

    async def describe(self, run: OpenRun) -> dict[str, Any]:
        """The answer of SigOpt that describes a run."""
        documents = await self._experiments.documents()
        trials = {} if run.found is None else await self._trials(run.found)
        return _describe(
            run.document, trials, await self._service.threads.read(documents.count, CHECKPOINT, run.document.id)
        )

    async def checkpoints(self, run: OpenRun) -> list[Document]:
        """The checkpoints of a run."""
        documents = await self._experiments.documents()
        return await self._service.threads.read(documents.find, CHECKPOINT, run.document.id)

    async def add_checkpoint(self, run: OpenRun, values: Mapping[str, float], at_most: int) -> Document:
        """Store a checkpoint; the trial of an experiment's run gets it as a step of its curve.

        Raises:
            RefusalError: the run has as many already.
        """
        documents = await self._experiments.documents()
        count = await self._service.threads.read(documents.count, CHECKPOINT, run.document.id)
        if count >= at_most:
            raise RefusalError(403, "too_many_checkpoints", f"a run has at most {at_most} checkpoints")
        if run.found is not None:
            suggestions = by_suggestion(await self._experiments.records(run.found))
            pending = pending_trial(suggestions.get(run.document.body[SUGGESTION], []))
            if pending is not None:
                await self._service.threads.write(run.found.opened.study.report, pending.number, count + 1, values)
                run.found.opened.watch.poke()
        (document,) = await self._service.threads.write(documents.insert, CHECKPOINT, [values], run.document.id)
        return document

    async def _trials(self, found: OpenExperiment) -> dict[int, int]:
        """The observation of each suggestion of an experiment that has one."""
        observed = live_observations(await self._experiments.records(found))
        return {key: observation_id(r) for r in observed if (key := suggestion_id(r)) is not None}


def _count_checkpoints(documents: Any, runs: Sequence[Document]) -> dict[int, int]:
    return {run.id: documents.count(CHECKPOINT, run.id) for run in runs}


def _describe(document: Document, observations: Mapping[int, int], n_checkpoints: int) -> dict[str, Any]:
    suggestion = document.body.get(SUGGESTION)
    observation = observations.get(suggestion) if suggestion is not None else None
    more = {
        "experiment": None if document.parent is None else str(document.parent),
        "suggestion": None if suggestion is None else str(suggestion),
        "observation": None if observation is None else str(observation),
        "checkpoint_count": n_checkpoints,
    }
    return describe_run(document.id, document.body, (document.created, document.updated), more)
