"""`suggest`: a pure function from the trials so far and a seed to the next configurations."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from paretune.engine.curves.last_reports import average_last_reports
from paretune.engine.curves.taught_trials import fill_stopped_trials
from paretune.engine.history import History
from paretune.engine.initial_design import grid, tilted_sobol
from paretune.engine.problem import Problem
from paretune.errors import InvalidInputError, SpaceExhaustedError
from paretune.objectives import Objective, Objectives
from paretune.space import Parameter, Params, Space
from paretune.space.keys import configuration_keys
from paretune.space.values import check_whole_number
from paretune.trials import Trials

N_STARTUP_TRIALS = 8


def suggest(  # noqa: PLR0913 (the contract that every host calls, and its settings)
    trials: Trials,
    space: Space | Mapping[str, Parameter],
    objectives: Objectives | Sequence[Objective],
    q: int = 1,
    seed: int = 0,
    *,
    reference_point: ArrayLike | None = None,
    n_startup_trials: int = N_STARTUP_TRIALS,
    may_repeat: bool = False,
    fixed: Params | None = None,
    aspiration: ArrayLike | None = None,
    device: str = "cpu",
) -> list[dict[str, Any]]:
    """Suggest the next configurations, to be tried together.

    The first trials follow a Sobol sequence, every second one moved to where the priors of the space are. Each
    objective has a Gaussian process, and a model of the probability of success is fitted to the crashes. The expected
    hypervolume improvement is maximised over real configurations. Where it is less than a thousandth of the front's
    hypervolume, every other suggestion comes from models that are less certain. While no trial with all of its losses
    satisfies the constraints, the probability of satisfying all limits is maximised instead; it is learned also from
    trials that were stopped or failed. A trial that reported a penalty for a failure, such as 1e6 for every objective,
    counts as a failure, and the number is ignored (`paretune.trials.penalties`). The final losses of a trial that a
    scheduler stopped are estimated from its learning curve, and learned with their standard errors; those of a trial
    that ended are means over its last reports, where these jump (`paretune.engine.curves`). Nothing that was tried or
    is pending is suggested again, unless a finite space is exhausted: then the suggestion is a configuration that has
    succeeded and never failed, one that was tried least often.

    Args:
        trials: ``n`` trials so far, of this space and these objectives.
        space: the parameters.
        objectives: the objectives, with limits.
        q: how many to suggest.
        seed: the same trials and seed give the same suggestions.
        reference_point: ``m`` losses; nothing worse, nor outside the limits, adds to the front. By default
            the limit; without a limit, the worst loss so far (outliers are clipped) plus a tenth of the range.
        n_startup_trials: how many trials, failed ones included, before the models are used.
        may_repeat: whether what was tried may be suggested again, failed or not, since the trials differ in more than
            these parameters. What is pending is suggested again only where a finite space has nothing else.
        fixed: values that the suggestions must have, wherever these parameters exist. The models
            learn from trials with other values too; once there are trials with these values, their front is improved.
        aspiration: ``m`` losses, infinite where nothing is aspired to. The part of the front within them is resolved
            first, the rest later.
        device: where the models are computed, a name that torch knows; a GPU helps from many hundreds of trials on.

    Returns:
        ``q`` configurations; fewer if every other configuration of a finite space (with the fixed values) has failed or
        is pending.

    Raises:
        InvalidInputError: an argument does not fit.
        SpaceExhaustedError: every configuration has failed or is pending.

    Example:
        >>> from paretune.space import Float
        >>> from paretune.objectives import Minimize
        >>> space, objectives = Space({"x": Float(0, 1)}), Objectives([Minimize("loss"), Minimize("time")])
        >>> [sorted(params) for params in suggest(Trials(space, objectives), space, objectives, q=2)]
        [['x'], ['x']]
    """
    q, n_startup_trials = check_whole_number("q", q), check_whole_number("n_startup_trials", n_startup_trials)
    if q < 1 or n_startup_trials < 1:
        raise InvalidInputError(f"q and n_startup_trials must be at least 1, but are {q} and {n_startup_trials}")
    seed = check_whole_number("seed", seed)
    if seed < 0:
        raise InvalidInputError(f"seed must be at least 0, but is {seed}")
    problem = Problem.of(space, objectives, reference_point, fixed, aspiration)
    trials = problem.usable_trials(trials)
    history, problem = _learn_from_curves(trials, problem)
    suggested: list[dict[str, Any]] = []
    if len(trials) >= n_startup_trials and _can_be_modelled(history, problem):
        from paretune.engine.bayes import suggest_from_models  # noqa: PLC0415 (torch is loaded with the first model)

        search_seed = int(np.random.SeedSequence([seed, len(trials)]).generate_state(1)[0])
        suggested = suggest_from_models(history, problem, q, search_seed, may_repeat=may_repeat, device=device)
    while len(suggested) < q:
        try:
            suggested.append(
                _explore(trials.with_pending(suggested), problem.pinned_space, seed, may_repeat=may_repeat)
            )
        except SpaceExhaustedError:
            if not suggested:
                raise
            break
    return suggested


def _learn_from_curves(trials: Trials, problem: Problem) -> tuple[History, Problem]:
    """Improve the losses by the curves, and fill in those of stopped trials; the reference stays that of the others."""
    trials = average_last_reports(trials)
    filled = fill_stopped_trials(trials)
    if filled is not trials:
        problem = replace(problem, reference=problem.reference_point(trials))
    return History(filled, problem.space), problem


def _can_be_modelled(history: History, problem: Problem) -> bool:
    """Check whether the models can learn from the trials, and a parameter varies."""
    is_informative = history.has_front or history.shows_limits.any()
    return bool(is_informative and any(parameter.n_levels != 1 for parameter in problem.pinned_space.values()))


def _explore(trials: Trials, space: Space, seed: int, *, may_repeat: bool) -> dict[str, Any]:
    """Return the next open point of the Sobol sequence; else any open configuration; else repeat one.

    A configuration is open if it was not tried; with ``may_repeat``, if it is not pending.
    """
    closed = trials[trials.is_pending] if may_repeat else trials
    keys = set(configuration_keys(trials.space, closed.params))
    for params in _design(space, seed, len(trials)):
        if configuration_keys(trials.space, [params])[0] not in keys:
            return params
    return _repeat(trials, space, seed, may_repeat=may_repeat)


def _design(space: Space, seed: int, n: int) -> Iterator[dict[str, Any]]:
    """Yield a part of the Sobol sequence from its ``n``-th point on, then ever finer grids: all of a finite space."""
    return itertools.chain(itertools.islice(tilted_sobol(space, seed), n, n + 64), grid(space, seed))


def _repeat(trials: Trials, space: Space, seed: int, *, may_repeat: bool) -> dict[str, Any]:
    """Return the configuration that was tried least often, of those that only succeeded: it averages noise evenly.

    Where everything may be repeated, it is the one tried least often of all.
    """
    trials = trials[np.array([space.contains(params) for params in trials.params], bool)]
    keys = configuration_keys(trials.space, trials.params)
    counts = Counter(keys)
    failed = {keys[i] for i in np.flatnonzero(trials.is_failed)}
    succeeded = [i for i in np.flatnonzero(trials.is_complete) if keys[i] not in failed]
    if len(succeeded) == 0 and not may_repeat:
        raise SpaceExhaustedError(
            f"all {len(counts)} configurations of the space have failed or are pending: widen the space"
        )
    order = np.random.default_rng([seed, len(trials)]).permutation(len(trials) if may_repeat else succeeded)
    return space.check(trials.params[min(order, key=lambda i: counts[keys[i]])])
