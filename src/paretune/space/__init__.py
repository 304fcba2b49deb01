"""The search space: parameters, and their positions in the unit cube."""

from paretune.space.categorical import Categorical
from paretune.space.constraints import LinearConstraint
from paretune.space.numeric import Float, Int
from paretune.space.parameter import Parameter
from paretune.space.priors import Beta, LogNormal, Normal, Weights
from paretune.space.space import Params, Space

__all__ = [
    "Beta",
    "Categorical",
    "Float",
    "Int",
    "LinearConstraint",
    "LogNormal",
    "Normal",
    "Parameter",
    "Params",
    "Space",
    "Weights",
]
