"""How sure is a front, and how much better is one study than another?"""

from paretune.confidence.band import FrontBand, front_band
from paretune.confidence.bootstrap import bootstrap_fronts
from paretune.confidence.compare import compare
from paretune.confidence.comparison import Comparison, Sides
from paretune.confidence.coverage import coverage, merged_front_share
from paretune.confidence.efficient import Efficient, probability_efficient
from paretune.confidence.estimate import Estimate
from paretune.confidence.matching import Match
from paretune.confidence.region import Region, region
from paretune.confidence.shrinkage import shrunk_draws
from paretune.confidence.vorobev import Vorobev

__all__ = [
    "Comparison",
    "Efficient",
    "Estimate",
    "FrontBand",
    "Match",
    "Region",
    "Sides",
    "Vorobev",
    "bootstrap_fronts",
    "compare",
    "coverage",
    "front_band",
    "merged_front_share",
    "probability_efficient",
    "region",
    "shrunk_draws",
]
