"""What may vary: the parameters of a search, and their places in the unit cube."""

from paretune.space.parameters import Categorical, Float, Int, Parameter
from paretune.space.space import Params, Space

__all__ = ["Categorical", "Float", "Int", "Parameter", "Params", "Space"]
