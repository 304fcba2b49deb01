"""The uncertainty of a front, and comparisons of studies with intervals."""

from paretune.confidence.band import FrontBand, front_band
from paretune.confidence.bootstrap import bootstrap_fronts
from paretune.confidence.compare import compare
from paretune.confidence.comparison import Comparison, EstimatePair
from paretune.confidence.coverage import coverage, merged_front_share
from paretune.confidence.evaluations_to_match import EvaluationsToMatch
from paretune.confidence.front_membership import FrontMembership, front_membership
from paretune.confidence.interval_estimate import Estimate
from paretune.confidence.least_certain import least_certain
from paretune.confidence.region import Region, region
from paretune.confidence.shrinkage import shrunk_draws
from paretune.confidence.vorobev import Vorobev

__all__ = [
    "Comparison",
    "Estimate",
    "EstimatePair",
    "EvaluationsToMatch",
    "FrontBand",
    "FrontMembership",
    "Region",
    "Vorobev",
    "bootstrap_fronts",
    "compare",
    "coverage",
    "front_band",
    "front_membership",
    "least_certain",
    "merged_front_share",
    "region",
    "shrunk_draws",
]
