"""Paretune as a searcher of Ray Tune."""

from __future__ import annotations

import logging
import pickle
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ray.tune.search import Searcher
from ray.tune.utils import flatten_dict

from paretune.adapters.ray_tune.domains import Nested, converted
from paretune.adapters.ray_tune.history import Told, trials_of
from paretune.adapters.ray_tune.objectives import objectives_of
from paretune.adapters.settings import finite, reference_losses, seed_of
from paretune.engine import suggest
from paretune.engine.suggest import N_STARTUP
from paretune.errors import InvalidInputError, SpaceExhaustedError
from paretune.objectives import Objectives
from paretune.space import Int, Params, Space
from paretune.trials import Trials
from paretune.trials.penalties import penalties_in_words

_log = logging.getLogger("paretune")


class ParetoSearch(Searcher):
    """Suggests the trials that promise the most front, for one metric or several.

    Failed trials are learned from: one that raises, ends without one of the metrics or with one that is not finite is
    closed as failed, and not suggested again. A training may report ``reason``, one of `paretune.trials.REASONS`, with
    its last result: the trial has then failed for that reason, and ``lost`` is not learned from. So has one that
    reports a penalty, such as 1e6 for every metric, which is logged once. A metric's standard error is reported as
    ``<metric>_se``.

    Args:
        metric: one metric or a list of them; of nested results ``a/b``. `TuneConfig.metric`, which is one word, stands
            in where this is left out.
        mode: ``min`` or ``max``, one for each metric.
        space: a `Space`, which may have conditions; by default Ray Tune's own domains in ``param_space`` are converted.
        limits: by metric, the worst value of interest: what is beyond it is failed, and the front is sought within.
        points_to_evaluate: configurations to begin with, as Ray Tune hands them to a training.
        seed: makes the suggestions reproducible; drawn at random if None.
        reference_point: one value a metric; nothing worse adds to the front. By default the worst values so far and a
            margin.
        n_startup_trials: how many trials, failed ones included, follow a space-filling design first.
        device: where the models are computed, as torch names it.

    Raises:
        InvalidInputError: an argument does not fit.

    Example:
        >>> from paretune import Float, Space
        >>> search = ParetoSearch(["accuracy", "latency"], ["max", "min"], space=Space({"net/width": Float(1, 8)}))
        >>> list(search.suggest("a trial"))
        ['net']
        >>> search.on_trial_complete("a trial", {"accuracy": 0.9, "latency": 0.1})
        >>> list(search.trials.states)
        ['complete']
    """

    _has_told_of_penalties = False  # of the class: an older one, unpickled, has none of its own

    def __init__(  # noqa: PLR0913 (what a user may say of a search)
        self,
        metric: str | Sequence[str] | None = None,
        mode: str | Sequence[str] | None = None,
        *,
        space: Space | None = None,
        limits: Mapping[str, float] | None = None,
        points_to_evaluate: Sequence[Mapping[str, Any]] | None = None,
        seed: int | None = None,
        reference_point: Sequence[float] | None = None,
        n_startup_trials: int = N_STARTUP,
        device: str = "cpu",
    ) -> None:
        super().__init__()  # without a metric, whose absence would end the whole experiment, not the one trial
        self._limits = dict(limits or {})
        self._reference_point = None if reference_point is None else finite(reference_point)
        self._points = [dict(point) for point in points_to_evaluate or []]
        self._seed = seed_of(seed)
        self._n_startup_trials = Int(1, 2**32).check("n_startup_trials", n_startup_trials)
        self._device = device
        self._objectives: Objectives | None = None
        self._nested: Nested | None = None
        self._first: list[Params] = []
        self._told: dict[str, Told] = {}
        self._max_concurrent: int | None = None
        if metric is not None or mode is not None:
            self._want(metric, mode)
        if space is not None:
            if not isinstance(space, Space):
                raise InvalidInputError(
                    f"space must be a paretune.Space, but is a {type(space).__name__}; "
                    "domains of Ray Tune's go to Tuner(param_space=...)"
                )
            self._search_in(Nested(space))

    def set_search_properties(
        self, metric: str | None, mode: str | None, config: Mapping[str, Any], **_spec: Any
    ) -> bool:
        """Take from `TuneConfig` and ``param_space`` what was not said before; whether the domains were taken."""
        if self._objectives is None and metric:
            self._want(metric, mode)
        if self._nested is not None:
            return False
        self._search_in(converted(config))
        return True

    def set_max_concurrency(self, max_concurrent: int) -> bool:
        """Suggest nothing while so many trials run: Ray Tune's own limiter would not tell us of trials run again."""
        self._max_concurrent = max_concurrent
        return True

    def suggest(self, trial_id: str) -> dict[str, Any] | str | None:
        """The next configuration; nothing for now where too many trials run, or no other is left; then the end.

        Raises:
            InvalidInputError: there is no metric or nothing to search.
        """
        nested, _ = self._ready()
        n_running = sum(told.state == "pending" for told in self._told.values())
        if self._max_concurrent is not None and n_running >= self._max_concurrent:
            return None
        try:
            params = self._first[len(self._told)] if len(self._told) < len(self._first) else self._suggested()
        except SpaceExhaustedError as error:
            if n_running:
                return None
            _log.warning("%s", error)
            return str(Searcher.FINISHED)
        self._told[trial_id] = Told(params)
        return nested.config(params)

    def _suggested(self) -> Params:
        trials = self.trials
        words = "" if self._has_told_of_penalties else penalties_in_words(trials)
        if words:
            self._has_told_of_penalties = True
            _log.warning("%s; better let a training that fails end with an error", words)
        (params,) = suggest(
            trials,
            trials.space,
            trials.objectives,
            seed=self._seed,
            reference_point=reference_losses(self._reference_point, trials.objectives),
            n_startup_trials=self._n_startup_trials,
            device=self._device,
        )
        return params

    def on_trial_result(self, trial_id: str, result: Mapping[str, Any]) -> None:
        """Keep what a trial has reported so far; it is not learned from before it ends."""
        _, objectives = self._ready()
        self._adopt(trial_id, result)
        if trial_id in self._told:
            self._told[trial_id] = self._told[trial_id].reported(result, objectives)

    def on_trial_complete(self, trial_id: str, result: Mapping[str, Any] | None = None, error: bool = False) -> None:  # noqa: FBT001, FBT002 (Ray Tune's signature)
        """Close a trial, whatever became of it."""
        _, objectives = self._ready()
        self._adopt(trial_id, result or {})
        if trial_id in self._told:
            self._told[trial_id] = self._told[trial_id].ended(result, objectives, is_error=error)

    @property
    def trials(self) -> Trials:
        """What was tried so far, in the order of the suggestions."""
        nested, objectives = self._ready()
        return trials_of(list(self._told.values()), nested.space, objectives)

    def save(self, checkpoint_path: str) -> None:
        """Write down all that the next suggestion depends on."""
        Path(checkpoint_path).write_bytes(pickle.dumps(vars(self)))

    def restore(self, checkpoint_path: str) -> None:
        """Become the search that was saved: the same suggestions follow."""
        self.__dict__.update(pickle.loads(Path(checkpoint_path).read_bytes()))  # noqa: S301 (as Ray Tune keeps everything)

    def _adopt(self, trial_id: str, result: Mapping[str, Any]) -> None:
        """A trial that Ray Tune restarts comes under a new name: it stands in for its former self, which failed."""
        if trial_id in self._told:
            return
        nested, _ = self._ready()
        config = {name.removeprefix("config/"): value for name, value in result.items() if name.startswith("config/")}
        for name, told in self._told.items():
            if told.state == "failed" and flatten_dict(nested.config(told.params)).items() <= config.items():
                self._told = {trial_id if other == name else other: known for other, known in self._told.items()}
                return

    def _ready(self) -> tuple[Nested, Objectives]:
        if self._objectives is None:
            raise InvalidInputError(
                'give ParetoSearch its metrics: metric=["accuracy", "latency"], mode=["max", "min"]'
            )
        if self._nested is None:
            raise InvalidInputError("there is nothing to search: give Tuner a param_space, or ParetoSearch a space")
        return self._nested, self._objectives

    def _search_in(self, nested: Nested) -> None:
        self._nested, self._first = nested, []
        for i, point in enumerate(self._points):
            try:
                self._first.append(nested.params(point))
            except InvalidInputError as error:
                raise InvalidInputError(f"points_to_evaluate[{i}]: {error}") from error

    def _want(self, metric: str | Sequence[str] | None, mode: str | Sequence[str] | None) -> None:
        self._objectives = objectives_of(metric, mode, self._limits)
        reference_losses(self._reference_point, self._objectives)  # it fits
