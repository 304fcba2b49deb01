"""Priors: where the best values of a parameter are believed to lie."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar, TypeAlias

import numpy as np
from numpy.typing import NDArray

from paretune.errors import InvalidInputError, did_you_mean
from paretune.space.values import check_number

Values: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class Normal:
    """A normal distribution of the best value, cut off at the bounds of the parameter.

    Args:
        mean: the likeliest value.
        sd: the standard deviation, more than 0.
    """

    type: ClassVar[str] = "normal"
    mean: float
    sd: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "mean", check_number("mean", self.mean))
        object.__setattr__(self, "sd", _check_positive("sd", self.sd))

    def cumulative(self, values: Values, shares: Values) -> Values:  # noqa: ARG002 (all priors have this signature)
        """Return the probability that the best value is at most each of ``n`` values."""
        from scipy.special import ndtr  # noqa: PLC0415 (slow to load; few spaces have priors)

        return np.asarray(ndtr((values - self.mean) / self.sd))

    def check_range(self, low: float, high: float) -> None:
        """Raise an `InvalidInputError` if the mean lies outside the parameter's range."""
        _check_inside("mean", self.mean, low, high)


@dataclass(frozen=True)
class LogNormal:
    """A normal distribution of the logarithm of the best value, cut off at the bounds of the parameter.

    Args:
        median: the middle of the distribution, more than 0.
        sigma: the standard deviation of the natural logarithm, more than 0.
    """

    type: ClassVar[str] = "lognormal"
    median: float
    sigma: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "median", _check_positive("median", self.median))
        object.__setattr__(self, "sigma", _check_positive("sigma", self.sigma))

    def cumulative(self, values: Values, shares: Values) -> Values:  # noqa: ARG002 (all priors have this signature)
        """Return the probability that the best value is at most each of ``n`` values."""
        from scipy.special import ndtr  # noqa: PLC0415 (slow to load; few spaces have priors)

        with np.errstate(divide="ignore"):
            return np.asarray(ndtr((np.log(np.maximum(values, 0.0)) - math.log(self.median)) / self.sigma))

    def check_range(self, low: float, high: float) -> None:
        """Raise an `InvalidInputError` if the median lies outside the parameter's range."""
        _check_inside("median", self.median, low, high)


@dataclass(frozen=True)
class Beta:
    """A beta distribution over the range of the parameter, on its scale.

    Args:
        a: first shape, more than 0; larger ones move the best values up.
        b: second shape, more than 0; larger ones move the best values down.
    """

    type: ClassVar[str] = "beta"
    a: float
    b: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "a", _check_positive("a", self.a))
        object.__setattr__(self, "b", _check_positive("b", self.b))

    def cumulative(self, values: Values, shares: Values) -> Values:  # noqa: ARG002 (all priors have this signature)
        """Return the probability that the best value is at most each of ``n`` shares of the range."""
        from scipy.special import betainc  # noqa: PLC0415 (slow to load; few spaces have priors)

        return np.asarray(betainc(self.a, self.b, np.clip(shares, 0.0, 1.0)))

    def check_range(self, low: float, high: float) -> None:
        """Accept every range."""


@dataclass(frozen=True)
class Weights:
    """How likely each choice of a categorical parameter is the best one.

    Args:
        weights: numbers of at least 0, one for each choice in the order of the choices; one of them is more than 0.
    """

    type: ClassVar[str] = "weights"
    weights: Sequence[float]

    def __post_init__(self) -> None:
        given: Any = self.weights
        if not isinstance(given, (list, tuple, np.ndarray)):
            raise InvalidInputError(f"weights must be a list of numbers, but is {given!r}")
        weights = tuple(check_number("a weight", weight) for weight in given)
        if any(weight < 0 for weight in weights) or not sum(weights) > 0:
            raise InvalidInputError(f"weights must be at least 0, and one more than 0, but are {list(weights)}")
        object.__setattr__(self, "weights", weights)


NumericPrior: TypeAlias = Normal | LogNormal | Beta
Prior: TypeAlias = NumericPrior | Weights
_NUMERIC: dict[str, type[NumericPrior]] = {kind.type: kind for kind in (Normal, LogNormal, Beta)}


def check_numeric_prior(given: Any, low: float, high: float) -> NumericPrior | None:
    """Return the prior of a numeric parameter, from a prior or its description; None if there is none.

    Raises:
        InvalidInputError: it is no prior of a number, or does not fit the range.
    """
    prior = _make(given, _NUMERIC) if isinstance(given, Mapping) else given
    if prior is not None and not isinstance(prior, NumericPrior):
        raise InvalidInputError(f"prior must be a Normal, LogNormal or Beta, but is {given!r}")
    if prior is not None:
        prior.check_range(low, high)
    return prior


def check_weights(given: Any, n_choices: int) -> Weights | None:
    """Return the prior of a categorical parameter, from a prior, its description or a list; None if there is none.

    Raises:
        InvalidInputError: it is no such prior, or the number of weights is not that of the choices.
    """
    prior = _make(given, {Weights.type: Weights}) if isinstance(given, Mapping) else given
    if isinstance(prior, (list, tuple)):
        prior = Weights(prior)
    if prior is not None and not isinstance(prior, Weights):
        raise InvalidInputError(f"prior must be Weights, or a list of one weight for each choice, but is {given!r}")
    if prior is not None and len(prior.weights) != n_choices:
        raise InvalidInputError(
            f"prior must have one weight for each of the {n_choices} choices, but has {len(prior.weights)}"
        )
    return prior


def _make(described: Mapping[str, Any], kinds: Mapping[str, type[Any]]) -> Prior:
    kind, arguments = described.get("type"), {key: value for key, value in described.items() if key != "type"}
    if not isinstance(kind, str) or kind not in kinds:
        raise InvalidInputError(
            f"prior: type must be one of {', '.join(kinds)}, but is {kind!r}{did_you_mean(kind, kinds)}"
        )
    names = [f.name for f in fields(kinds[kind])]
    if set(arguments) != set(names):
        raise InvalidInputError(
            f"prior: {kind} has {' and '.join(names)}, but {', '.join(arguments) or 'nothing'} given"
        )
    prior: Prior = kinds[kind](**arguments)
    return prior


def _check_positive(name: str, value: Any) -> float:
    number = check_number(name, value)
    if number <= 0:
        raise InvalidInputError(f"{name} of a prior must be more than 0, but is {value!r}")
    return number


def _check_inside(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise InvalidInputError(f"{name} of the prior must be between {low:g} and {high:g}, but is {value:g}")
