"""The search space: parameters, and their positions in the unit cube."""

from paretune.space.categorical import Categorical
from paretune.space.numeric import Float, Int
from paretune.space.parameter import Parameter
from paretune.space.space import Params, Space

__all__ = ["Categorical", "Float", "Int", "Parameter", "Params", "Space"]
