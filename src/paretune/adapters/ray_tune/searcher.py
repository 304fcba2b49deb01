"""Paretune as a searcher of Ray Tune."""

from __future__ import annotations

import logging
import pickle
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ray.tune.search import Searcher
from ray.tune.utils import flatten_dict

from paretune.adapters.ray_tune.domains import domains_to_space
from paretune.adapters.ray_tune.history import TrialRecord, to_trials
from paretune.adapters.ray_tune.nested import NestedSpace
from paretune.adapters.ray_tune.objectives import parse_objectives
from paretune.adapters.settings import check_reference_point, reference_losses, resolve_seed
from paretune.engine.suggest import N_STARTUP_TRIALS
from paretune.errors import InvalidInputError, SpaceExhaustedError
from paretune.objectives import Objectives
from paretune.searchers import Context
from paretune.searchers.bayes import BayesSearch
from paretune.space import Int, Params, Space
from paretune.trials import Trials
from paretune.trials.penalties import describe_penalties

_log = logging.getLogger("paretune")


class ParetoSearch(Searcher):
    """Suggests the trials with the largest expected improvement of the front, for one metric or several.

    - **Failures.** A trial that raises, or ends without a metric or with one that is not finite, is failed. It teaches,
      and is not suggested again. So is a trial that reports a penalty, such as 1e6 for every metric, which is logged
      once. A training may report ``reason``, one of `paretune.trials.FAILURE_REASONS`, with its last result: then it
      failed for that reason. A ``lost`` trial is ignored.
    - **Standard errors** of metrics are reported as ``<metric>_se``.

    Args:
        metric: one metric or a list of them; ``a/b`` for a nested result. By default `TuneConfig.metric`, which is one
            name.
        mode: ``min`` or ``max``, one for each metric.
        space: a `Space`, which may have conditions; by default Ray Tune's own domains in ``param_space`` are converted.
        limits: the worst value of interest by metric. A trial beyond it is failed, and the front is within the limits.
        points_to_evaluate: configurations to begin with, in the form in which Ray Tune gives them to a training. The
            parameters that one lacks are suggested.
        seed: makes the suggestions reproducible; random if None.
        reference_point: one value per metric; nothing worse adds to the front. By default the worst values so far and
            a margin.
        n_startup_trials: how many trials, failed ones included, follow a Sobol sequence first.
        device: where the models are computed, a name that torch knows.

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

    _has_warned_of_penalties = False  # of the class: an older checkpoint has none of its own

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
        n_startup_trials: int = N_STARTUP_TRIALS,
        device: str = "cpu",
    ) -> None:
        super().__init__()  # no metric: Ray Tune would end the whole experiment where a trial lacks it
        self._limits = dict(limits or {})
        self._reference_point = None if reference_point is None else check_reference_point(reference_point)
        self._points = [dict(point) for point in points_to_evaluate or []]
        self._seed = resolve_seed(seed)
        self._n_startup_trials = Int(1, 2**32).check("n_startup_trials", n_startup_trials)
        self._device = device
        self._objectives: Objectives | None = None
        self._nested: NestedSpace | None = None
        self._first: list[Params] = []
        self._records: dict[str, TrialRecord] = {}
        self._max_concurrent: int | None = None
        if metric is not None or mode is not None:
            self._set_objectives(metric, mode)
        if space is not None:
            if not isinstance(space, Space):
                raise InvalidInputError(
                    f"space must be a paretune.Space, but is a {type(space).__name__}; "
                    "give Ray Tune's domains to Tuner(param_space=...)"
                )
            self._set_space(NestedSpace(space))

    def set_search_properties(
        self, metric: str | None, mode: str | None, config: Mapping[str, Any], **_spec: Any
    ) -> bool:
        """Take what is missing from `TuneConfig` and ``param_space``; return whether the domains were taken."""
        if self._objectives is None and metric:
            self._set_objectives(metric, mode)
        if self._nested is not None:
            return False
        self._set_space(domains_to_space(config))
        return True

    def set_max_concurrency(self, max_concurrent: int) -> bool:
        """Limit the trials that run at once; Ray Tune's own limiter hides trials that are run again."""
        self._max_concurrent = max_concurrent
        return True

    def suggest(self, trial_id: str) -> dict[str, Any] | str | None:
        """Suggest a configuration.

        Returns:
            A configuration; None while too many trials run, or while the last ones of an exhausted space run; then
            ``FINISHED``.

        Raises:
            InvalidInputError: there is no metric or nothing to search.
        """
        nested, _ = self._require_settings()
        n_running = sum(record.state == "pending" and not record.is_paused for record in self._records.values())
        if self._max_concurrent is not None and n_running >= self._max_concurrent:
            return None
        try:
            params = self._next_params(nested)
        except SpaceExhaustedError as error:
            if n_running:
                return None
            _log.warning("%s", error)
            return str(Searcher.FINISHED)
        self._records[trial_id] = TrialRecord(params)
        return nested.to_config(params)

    def _next_params(self, nested: NestedSpace) -> Params:
        """The next of the given points, completed, or a suggestion."""
        if len(self._records) >= len(self._first):
            return self._suggest_params({})
        point = self._first[len(self._records)]
        if nested.space.contains(point):
            return point
        try:
            return self._suggest_params(point)
        except SpaceExhaustedError:  # every configuration with these values has failed or runs
            return self._suggest_params({})

    def _suggest_params(self, fixed: Params) -> Params:
        trials = self.trials
        text = "" if self._has_warned_of_penalties else describe_penalties(trials)
        if text:
            self._has_warned_of_penalties = True
            _log.warning("%s; a training that fails should raise an error instead", text)
        reference = reference_losses(self._reference_point, trials.objectives)
        context = Context(trials.space, trials.objectives, self._seed, reference, fixed)
        return BayesSearch(self._n_startup_trials, self._device).suggest(trials, context).params

    def on_trial_result(self, trial_id: str, result: Mapping[str, Any]) -> None:
        """Record an intermediate result; the search learns from a trial only when it has ended."""
        _, objectives = self._require_settings()
        self._match_restarted(trial_id, result)
        if trial_id in self._records:
            self._records[trial_id] = self._records[trial_id].with_report(result, objectives)

    def on_trial_complete(self, trial_id: str, result: Mapping[str, Any] | None = None, error: bool = False) -> None:  # noqa: FBT001, FBT002 (Ray Tune's signature)
        """Record the end of a trial."""
        _, objectives = self._require_settings()
        self._match_restarted(trial_id, result or {})
        if trial_id in self._records:
            self._records[trial_id] = self._records[trial_id].with_end(result, objectives, is_error=error)

    @property
    def trials(self) -> Trials:
        """The trials so far, in the order of their suggestions."""
        nested, objectives = self._require_settings()
        return to_trials(list(self._records.values()), nested.space, objectives)

    def save(self, checkpoint_path: str) -> None:
        """Save everything that the next suggestion depends on."""
        Path(checkpoint_path).write_bytes(pickle.dumps(vars(self)))

    def restore(self, checkpoint_path: str) -> None:
        """Restore a saved search: the same suggestions follow."""
        self.__dict__.update(pickle.loads(Path(checkpoint_path).read_bytes()))  # noqa: S301 (as Ray Tune does)

    def _match_restarted(self, trial_id: str, result: Mapping[str, Any]) -> None:
        """Find the failed trial that Ray Tune runs again under a new id, and give it that id."""
        if trial_id in self._records:
            return
        nested, _ = self._require_settings()
        config = {name.removeprefix("config/"): value for name, value in result.items() if name.startswith("config/")}
        for name, record in self._records.items():
            if record.state == "failed" and flatten_dict(nested.to_config(record.params)).items() <= config.items():
                self._records = {trial_id if key == name else key: value for key, value in self._records.items()}
                return

    def _require_settings(self) -> tuple[NestedSpace, Objectives]:
        if self._objectives is None:
            raise InvalidInputError(
                'ParetoSearch has no metrics: give it metric=["accuracy", "latency"], mode=["max", "min"]'
            )
        if self._nested is None:
            raise InvalidInputError(
                "ParetoSearch has no space to search: give Tuner a param_space, or ParetoSearch a space"
            )
        return self._nested, self._objectives

    def _set_space(self, nested: NestedSpace) -> None:
        self._nested, self._first = nested, []
        for i, point in enumerate(self._points):
            try:
                self._first.append(nested.to_partial_params(point))
            except InvalidInputError as error:
                raise InvalidInputError(f"points_to_evaluate[{i}]: {error}") from error

    def _set_objectives(self, metric: str | Sequence[str] | None, mode: str | Sequence[str] | None) -> None:
        self._objectives = parse_objectives(metric, mode, self._limits)
        reference_losses(self._reference_point, self._objectives)  # raises where it does not fit
