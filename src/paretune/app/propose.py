"""The search of a workload before the first trial of a study, whose proposals are its first trials."""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import replace

from paretune.errors import InvalidInputError
from paretune.evaluation.checkpoint import Checkpoint, delete_checkpoint
from paretune.study import Study
from paretune.study.budget import Budget
from paretune.workloads.proposals import Proposals, ProposalTask, Proposer
from paretune.workloads.set_up import WorkloadSetup

_log = logging.getLogger("paretune")


def find_proposals(study: Study, proposer: Proposer, set_up: WorkloadSetup, budget: Budget | None) -> Proposals:
    """Search before the first trial, unless the study has proposals already, and put them in its queue.

    A search that was killed goes on from its checkpoint.

    Args:
        study: the open study.
        proposer: the workload's search.
        set_up: has the options of the workload.
        budget: of the run; None without one.

    Raises:
        InvalidInputError: the search alone costs at least the budget of steps, or it cannot be done.
    """
    found = study.proposals
    if found is None:
        if budget is not None and budget.is_in_steps and proposer.n_steps >= budget.amount:
            raise InvalidInputError(
                f"the search before the first trial takes {proposer.n_steps} {budget.resource}, and the budget is "
                f"{budget.amount:g}: give a larger one"
            )
        folder = study.proposal_folder / _fingerprint(study, set_up)
        checkpoint = Checkpoint(folder)
        task = ProposalTask(set_up.options, set_up.data_dir, study.space, study.seed, checkpoint, _log.info)
        found = proposer.propose(task)
        for notice in checkpoint.notices:
            _log.warning("the search before the first trial: %s", notice)
        study.add_proposals(found)
        delete_checkpoint(folder)
        _log.info(
            "%s proposes %d trials after %d epochs and %.0f s: %s",
            *(found.method, len(found.configurations), found.steps, found.seconds, found.summary),
        )
    study.add_proposals(found)  # some may be missing, if the run was killed meanwhile
    return found


def left_of_budget(budget: Budget | None, found: Proposals) -> Budget | None:
    """What the search before the first trial leaves of a budget.

    Raises:
        InvalidInputError: nothing.
    """
    if budget is None:
        return None
    spent = found.steps if budget.is_in_steps else found.seconds / 3600
    left = budget.amount - spent
    if left <= 0:
        raise InvalidInputError(
            f"the search before the first trial took {spent:.3g} of {budget}, so no trial was begun: the same command "
            "with a larger budget trains what it proposes"
        )
    _log.info("%.3g of the budget of %s went into the search before the first trial", spent, budget)
    return replace(budget, amount=left)


def _fingerprint(study: Study, set_up: WorkloadSetup) -> str:
    """A name for the folder of a search, which another search does not have."""
    text = json.dumps([dict(set_up.options), study.space.to_dict(), study.seed, study.origin.get("data")], default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
