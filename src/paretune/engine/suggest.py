"""Which configurations to try next? A pure function of what was tried and a seed."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune import pareto
from paretune.engine.initial_design import grid, sobol
from paretune.engine.models.targets import teaches_limits
from paretune.errors import InvalidInputError, SpaceExhaustedError
from paretune.objectives import Objective, Objectives
from paretune.space import Parameter, Params, Space
from paretune.space.keys import configuration_keys
from paretune.space.values import whole
from paretune.trials import Trials
from paretune.trials.noise import ran_to_the_end
from paretune.trials.penalties import as_failures

N_STARTUP = 8


def suggest(  # noqa: PLR0913 (the contract that every host calls, and its settings)
    trials: Trials,
    space: Space | Mapping[str, Parameter],
    objectives: Objectives | Sequence[Objective],
    q: int = 1,
    seed: int = 0,
    *,
    reference_point: ArrayLike | None = None,
    n_startup_trials: int = N_STARTUP,
    may_repeat: bool = False,
    fixed: Params | None = None,
    device: str = "cpu",
) -> list[dict[str, Any]]:
    """Suggest the next configurations, to be tried together.

    The first trials follow a Sobol sequence. Then each objective has its Gaussian process, crashes teach a model of
    success, and the expected hypervolume improvement is maximised over real configurations; where that is less than a
    thousandth of the front's, every other suggestion is of models that are less sure. While no trial has told all
    of its losses, those that were given up for a metric outside its limit teach where the limits are kept. A trial
    that told a penalty for having failed, such as 1e6 for every objective, teaches the failure and not the number
    (`paretune.trials.penalties`). Nothing that was tried or is pending is suggested again, unless a finite space is
    exhausted: then, of the configurations that have succeeded and never failed, the one that was tried least often.

    Args:
        trials: ``n`` trials so far, of this space and these objectives.
        space: the parameters.
        objectives: what is wanted, with limits.
        q: how many to suggest.
        seed: the same trials and seed give the same suggestions.
        reference_point: ``m`` losses; nothing worse, nor outside the limits, adds to the front. By default the
            limits, and where there is none the worst loss so far, if it is not far off, and a tenth of the range.
        n_startup_trials: how many trials, failed ones included, before the models are asked.
        may_repeat: whether what was tried may be suggested again, failed or not, since the trials differ in more than
            these parameters; what is pending only where a finite space holds nothing else.
        fixed: values that the suggestions must have, wherever these parameters exist. What was tried with others is
            learned from all the same; the front to improve is that of the trials with these, once there are any.
        device: where the models are computed, as torch names it; a GPU helps from many hundreds of trials on.

    Returns:
        ``q`` configurations; fewer where all others of a finite space, of those with what is fixed, have failed or are
        pending.

    Raises:
        InvalidInputError: an argument does not fit.
        SpaceExhaustedError: every one has failed or is pending.

    Example:
        >>> from paretune.space import Float
        >>> from paretune.objectives import Minimize
        >>> space, wanted = Space({"x": Float(0, 1)}), Objectives([Minimize("loss"), Minimize("time")])
        >>> [sorted(params) for params in suggest(Trials(space, wanted), space, wanted, q=2)]
        [['x'], ['x']]
    """
    q, n_startup_trials = whole("q", q), whole("n_startup_trials", n_startup_trials)
    if q < 1 or n_startup_trials < 1:
        raise InvalidInputError(f"q and n_startup_trials must be at least 1, but are {q} and {n_startup_trials}")
    seed = whole("seed", seed)
    if seed < 0:
        raise InvalidInputError(f"seed must be at least 0, but is {seed}")
    space, objectives = Space.of(space), Objectives.of(objectives)
    trials = _judged(trials, space, objectives)
    part = space.hold(fixed) if fixed else space
    reference = _reference(reference_point, trials, objectives)
    suggested: list[dict[str, Any]] = []
    known = ran_to_the_end(trials)
    varies = any(parameter.n_levels != 1 for parameter in part.values())
    teaches = known.any() or teaches_limits(trials, known).any()
    if len(trials) >= n_startup_trials and teaches and varies:
        from paretune.engine.bayes import improve  # noqa: PLC0415 (torch is loaded when the first model is)

        fresh = int(np.random.SeedSequence([seed, len(trials)]).generate_state(1)[0])
        given = (trials, known, space, q, fresh)
        suggested = improve(*given, reference=reference, part=part, may_repeat=may_repeat, device=device)
    while len(suggested) < q:
        try:
            suggested.append(_explore(trials.with_pending(suggested), part, seed, may_repeat=may_repeat))
        except SpaceExhaustedError:
            if not suggested:
                raise
            break
    return suggested


def _judged(trials: Trials, space: Space, objectives: Objectives) -> Trials:
    """The trials that teach, by the limits that are wanted; refused where they are not of this space and objectives."""
    if not isinstance(trials, Trials):
        raise InvalidInputError(f"trials must be Trials, such as Trials(space, objectives), but are {trials!r}")
    trials = trials[~trials.is_lost]
    theirs, ours = ({o.name: o.goal for o in wanted} for wanted in (trials.objectives, objectives))
    if list(theirs.items()) != list(ours.items()):
        raise InvalidInputError(f"the trials have objectives {theirs}, not {ours}")
    for name in {**trials.space, **space}:
        if trials.space.get(name) != space.get(name):
            told = f"{name} is {trials.space.get(name)} there and {space.get(name)} here"
            raise InvalidInputError(f"the trials are of another space: {told}")
    for number, params in zip(trials.numbers, trials.params, strict=True):
        try:
            space.check(params)
        except InvalidInputError as error:
            raise InvalidInputError(f"trial {number} does not fit the space: {error}") from error
    return as_failures(trials if trials.objectives == objectives else trials.judged_by(objectives))


def _reference(reference: ArrayLike | None, trials: Trials, objectives: Objectives) -> NDArray[np.float64]:
    if reference is None:
        return pareto.reference_point(trials.losses, objectives.limits)
    point = pareto.checked_reference(reference, len(objectives), "reference_point")
    return np.asarray(np.minimum(point, objectives.limits))


def _explore(trials: Trials, space: Space, seed: int, *, may_repeat: bool) -> dict[str, Any]:
    """The next point of the Sobol sequence that is open; failing that, any that is, and then one once more.

    What was tried is not open, or, where that may be repeated, what is under way.
    """
    closed = trials[trials.is_pending] if may_repeat else trials
    keys = set(configuration_keys(trials.space, closed.params))
    for params in _places(space, seed, len(trials)):
        if configuration_keys(trials.space, [params])[0] not in keys:
            return params
    return _repeat(trials, space, seed, may_repeat=may_repeat)


def _places(space: Space, seed: int, n: int) -> Iterator[dict[str, Any]]:
    """Some of the Sobol sequence from the ``n``-th on, then grids that grow finer: all of a finite space."""
    return itertools.chain(itertools.islice(sobol(space, seed), n, n + 64), grid(space, seed))


def _repeat(trials: Trials, space: Space, seed: int, *, may_repeat: bool) -> dict[str, Any]:
    """One of the configurations that only succeeded: the least often tried, so that noise is averaged evenly.

    Where all may be repeated, the least often tried of all.
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
