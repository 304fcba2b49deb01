"""The parameters of the nets for images, and the configurations that are tried first."""

from __future__ import annotations

from typing import Any

from paretune.errors import InvalidInputError, did_you_mean
from paretune.space import Categorical, Float, Int, LinearConstraint, Parameter, Space
from paretune.workloads.builtin.images.compound_scaling import Coefficients, find_multipliers
from paretune.workloads.builtin.vision.choices import AUGMENTATIONS, SCHEDULES

NETS = ("plain", "residual", "mobile", "squeeze_excite", "small")
FREE, COMPOUND = "free", "compound"
LARGEST_BATCH = 256  # on a CPU, and the most that is searched on a GPU
_DEEP = ("plain", "residual", "mobile", "squeeze_excite")  # nets with blocks that can be repeated

_FREE: dict[str, Parameter] = {
    "width": Float(0.25, 2.0, log=True),
    "depth": Float(0.5, 2.0, log=True, when={"net": _DEEP}),
    "resolution": Float(0.5, 1.5, log=True),
}
_COMPOUND: dict[str, Parameter] = {"phi": Float(-3.0, 3.0)}
_SHARES: dict[str, Parameter] = {"depth_share": Float(0.0, 1.0), "width_share": Float(0.0, 1.0)}
_TRAINING: dict[str, Parameter] = {
    "learning_rate": Float(1e-3, 1.0, log=True),
    "batch_size": Int(8, LARGEST_BATCH, log=True),
    "momentum": Float(0.5, 0.99),
    "weight_decay": Float(1e-6, 1e-2, log=True),
    "augmentation": Categorical(list(AUGMENTATIONS)),
    "schedule": Categorical(list(SCHEDULES)),
}
DOMAIN: dict[str, Parameter] = {
    "width": Float(0.01, 64.0),
    "depth": Float(0.01, 64.0),
    "resolution": Float(0.05, 16.0),
    "phi": Float(-10.0, 10.0),
    "depth_share": Float(0.0, 1.0),
    "width_share": Float(0.0, 1.0),
    "learning_rate": Float(1e-9, 100.0),
    "batch_size": Int(2, 100_000),
    "momentum": Float(0.0, 0.9999),
    "weight_decay": Float(0.0, 1.0),
}
_USUAL = {
    "learning_rate": 0.1,
    "batch_size": 32,
    "momentum": 0.9,
    "weight_decay": 5e-4,
    "augmentation": "shift",
    "schedule": "cosine",
}
_MIDDLE, _SMALL = {"width": 1.0, "depth": 1.0, "resolution": 1.0}, {"width": 0.5, "depth": 0.5, "resolution": 1.0}
_FIRST_FREE: tuple[dict[str, Any], ...] = (
    {"net": "residual", **_MIDDLE, **_USUAL},
    {"net": "mobile", **_MIDDLE, **_USUAL},
    {"net": "small", "width": 1.0, "resolution": 1.0, **_USUAL},
    {"net": "squeeze_excite", **_MIDDLE, **_USUAL},
    {"net": "plain", **_SMALL, **_USUAL, "learning_rate": 0.05},
    {"net": "residual", **_SMALL, **_USUAL},
    {"net": "small", "width": 0.5, "resolution": 0.75, **_USUAL},
)  # the usual values of each kind, and small ones
_PUBLISHED_SHARES = {"depth_share": 0.28, "width_share": 0.29}  # about alpha = 1.2, beta = 1.1


def choose_nets(text: str) -> tuple[str, ...]:
    """The kinds of nets that an option names.

    Args:
        text: names with commas between them.

    Raises:
        InvalidInputError: a name is unknown, or there is none.
    """
    names = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    for name in names:
        if name not in NETS:
            raise InvalidInputError(
                f"nets: there is no {name!r}{did_you_mean(name, NETS)}; there are {', '.join(NETS)}"
            )
    if not names:
        raise InvalidInputError(f"nets must name one or more of {', '.join(NETS)}")
    return names


def net_space(
    nets: tuple[str, ...], scaling: str, *, has_shares: bool = False, largest_batch: int = LARGEST_BATCH
) -> Space:
    """The space of these nets.

    Args:
        nets: kinds of nets.
        scaling: ``free`` for multipliers of their own, or ``compound`` for one phi.
        has_shares: whether the coefficients of a compound scaling are searched, too.
        largest_batch: the most images of a step.
    """
    chosen: dict[str, Parameter] = {"net": Categorical(list(nets))}
    if scaling == COMPOUND:
        chosen |= _COMPOUND | (_SHARES if has_shares else {})
    else:
        deep = tuple(net for net in nets if net in _DEEP)
        chosen |= _FREE | {"depth": _FREE["depth"].with_conditions({"net": deep})} if deep else _without_depth()
    smallest = min(8, largest_batch // 2)
    chosen |= _TRAINING | {"batch_size": Int(max(2, smallest), max(4, largest_batch), log=True)}
    constraints = [LinearConstraint({"depth_share": 1.0, "width_share": 1.0}, at_most=1.0)] if has_shares else []
    return Space(chosen, constraints)


def all_parameters() -> Space:
    """The parameters of both kinds of scaling, as the page of the workload lists them; a search has one kind."""
    return Space({**net_space(NETS, FREE), **_COMPOUND, **_SHARES})


def _without_depth() -> dict[str, Parameter]:
    return {name: parameter for name, parameter in _FREE.items() if name != "depth"}


def first_configurations(space: Space) -> tuple[dict[str, Any], ...]:
    """The configurations that a new study tries first, in the form of a space of `net_space`."""
    batch_size = space["batch_size"]
    highest = batch_size.high if isinstance(batch_size, Int) else LARGEST_BATCH
    usual = _USUAL | {"batch_size": min(32, highest)}
    if "phi" not in space:
        return tuple({**params, "batch_size": usual["batch_size"]} for params in _FIRST_FREE)
    shares = _PUBLISHED_SHARES if "depth_share" in space else {}
    return tuple(
        {"net": net, "phi": phi, **shares, **usual} for phi in (0.0, -2.0) for net in ("residual", "mobile", "small")
    )


def highest_multipliers(space: Space, coefficients: Coefficients | None) -> dict[str, float]:
    """The largest multipliers of a space; of a compound scaling that is searched, those of the published one."""
    if "phi" in space:
        return find_multipliers({"phi": _highest(space["phi"])}, coefficients)
    return {name: _highest(space[name]) for name in ("width", "depth", "resolution") if name in space}


def _highest(parameter: Parameter) -> float:
    return float(parameter.high) if isinstance(parameter, Float) else 1.0
