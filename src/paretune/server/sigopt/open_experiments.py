"""The experiments of SigOpt as the service keeps them: a document each, and a study with the trials."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from paretune.errors import InvalidInputError, StudyNotFoundError
from paretune.server.names import MAX_NAME, check_new_name
from paretune.server.security.guard import Caller
from paretune.server.security.refusal import RefusalError
from paretune.server.service import OpenStudy, Service
from paretune.server.sigopt.experiment import Experiment, describe_experiment
from paretune.server.sigopt.observation import live_observations, notes_with_ids, same_outcome
from paretune.server.sigopt.results import describe_progress, describe_run_progress
from paretune.study.documents import Document, DocumentStore
from paretune.study.hosted_trials import HostedTrials, TrialRecord

EXPERIMENT, RUN, PROJECT, CHECKPOINT, SUGGESTION_NOTES = "experiment", "run", "project", "checkpoint", "suggestion"
_STUDY = "study"  # the key of a document of an experiment that names its study
_NOT_IN_NAMES = re.compile("[/\\\\\x00-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class OpenExperiment:
    """An experiment that a route works with.

    Args:
        document: its document.
        experiment: what it says.
        opened: its study.
    """

    document: Document
    experiment: Experiment
    opened: OpenStudy

    @property
    def id(self) -> int:
        """Its id."""
        return self.document.id

    @property
    def trials(self) -> HostedTrials:
        """Its trials."""
        return HostedTrials(self.opened.study)


class Experiments:
    """The experiments that a caller may use.

    Args:
        service: the service.
        caller: who sends the request.
    """

    def __init__(self, service: Service, caller: Caller) -> None:
        self.service, self.caller = service, caller

    async def documents(self) -> DocumentStore:
        """The documents of the service."""
        return await self.service.threads.write(self.service.storage.documents)

    async def create(self, experiment: Experiment) -> OpenExperiment:
        """Create an experiment and its study, which gets its name, with a number if there is one of that name.

        Raises:
            RefusalError: the token may not use a study of that name.
        """
        documents = await self.documents()
        name = await self.service.threads.write(self._create_study, experiment)
        body = {**experiment.to_dict(), _STUDY: name}
        (document,) = await self.service.threads.write(documents.insert, EXPERIMENT, [body], None, experiment.project)
        return OpenExperiment(document, experiment, await self.service.open(name))

    async def open(self, experiment_id: int) -> OpenExperiment:
        """Open an experiment.

        Raises:
            RefusalError: there is none of that id, or the token may not use it.
        """
        documents = await self.documents()
        document = await self.service.threads.read(documents.get, EXPERIMENT, experiment_id)
        if document is not None and self._may_use(document):
            try:
                opened = await self.service.open(document.body[_STUDY])
                return OpenExperiment(document, _experiment(document), opened)
            except StudyNotFoundError:  # somebody deleted it
                pass
        raise RefusalError(404, "not_found", f"there is no experiment {experiment_id}")

    async def all(self, *, is_ai: bool | None = None, project: str | None = None, state: str = "active") -> list[int]:
        """The ids of the experiments that the caller may use.

        Args:
            is_ai: whether the newer module made them; None for both.
            project: id of their project; None for all.
            state: ``active``, ``deleted`` or ``all``.
        """
        documents = await self.documents()
        names = set(await self.service.names())
        found = await self.service.threads.read(documents.find, EXPERIMENT, None, project)
        return [
            document.id
            for document in found
            if document.body[_STUDY] in names
            and self._may_use(document)
            and is_ai in (None, document.body["is_ai"])
            and state in ("all", document.body["state"])
        ]

    async def change(self, found: OpenExperiment, change: Callable[[Experiment], Experiment]) -> OpenExperiment:
        """Change an experiment, and its study and trials where the thresholds change."""
        documents = await self.documents()
        changed = change(found.experiment)
        if changed.metrics != found.experiment.metrics:
            await self.service.threads.write(_set_thresholds, found, changed)
            found.opened.desk.prepare()
            found.opened.watch.poke()

        def update(body: Mapping[str, Any]) -> dict[str, Any]:
            now = change(Experiment.from_dict(_without_study(body)))
            return {**now.to_dict(), _STUDY: body[_STUDY]}

        document = await self.service.threads.write(documents.change, found.document, update, changed.project)
        return replace(found, document=document, experiment=_experiment(document))

    async def describe(self, found: OpenExperiment) -> dict[str, Any]:
        """The answer of SigOpt that describes an experiment."""
        if found.experiment.is_ai:
            runs = await self.service.threads.read((await self.documents()).find, RUN, found.id)
            states = [run.body["state"] for run in runs if not run.body["deleted"]]
            progress = describe_run_progress(found.experiment, states)
        else:
            records = await self.records(found)
            progress = describe_progress(found.id, found.experiment, records)
        times = (found.document.created, found.document.updated)
        return describe_experiment(found.id, found.experiment, times, progress)

    async def records(self, found: OpenExperiment) -> Sequence[TrialRecord]:
        """All trials of an experiment."""
        return await self.service.threads.read(found.trials.records)

    def _may_use(self, document: Document) -> bool:
        return self.caller.token.may_use(document.body[_STUDY])

    def _create_study(self, experiment: Experiment) -> str:
        name = _free_name(experiment.name, self.service.storage.names())
        if not self.caller.token.may_use(name):
            raise RefusalError(403, "scope", f"the token may not use a study named {name!r}")
        settings = {"searcher": experiment.searcher, "seed": secrets.randbelow(2**31)}
        self.service.storage.create(name, experiment.space, experiment.objectives, settings)
        return name


def _experiment(document: Document) -> Experiment:
    return Experiment.from_dict(_without_study(document.body))


def _without_study(body: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key != _STUDY}


def _free_name(name: str, taken: Sequence[str]) -> str:
    """A name for a study that no other one has."""
    plain = _NOT_IN_NAMES.sub("-", name).lstrip(" .~\t\n").strip()[: MAX_NAME - 8] or "experiment"
    numbered = [plain, *(f"{plain}-{i}" for i in range(2, len(taken) + 3))]
    free = next(each for each in numbered if each not in taken)
    try:
        return check_new_name(free)
    except InvalidInputError:
        return _free_name("experiment", taken)


def _set_thresholds(found: OpenExperiment, changed: Experiment) -> None:
    """Move the limits of the study, and judge the trials that have ended by the new thresholds."""
    found.opened.study.replace_limits(changed.objectives)
    trials = found.trials
    for record in live_observations(trials.records()):
        if record.state == "complete":
            trials.replace(record, record.params, same_outcome(record, changed), notes_with_ids(record))
