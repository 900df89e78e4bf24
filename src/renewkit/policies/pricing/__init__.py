"""What things cost: prices as frozen values, each with an explained `quote` and a fast `charge` of the same number.

May import `values` and `errors`; must never import another policy, know a subscription, or round anywhere but in
`settle`.
"""

from renewkit.policies.pricing.capacity import Capacity, CapacityTier
from renewkit.policies.pricing.graduated import Graduated
from renewkit.policies.pricing.limits import AtLeast, AtMost, Price
from renewkit.policies.pricing.percentage import GraduatedPercentage, Percentage, RateTier
from renewkit.policies.pricing.plain import Flat, Package, Partial, PerUnit
from renewkit.policies.pricing.schedule import Phase, PriceChange, PriceHistory, PriceList, PriceSchedule
from renewkit.policies.pricing.slices import Slice, quote_slice
from renewkit.policies.pricing.tiers import Beyond, Tier, tiers_from_blocks, tiers_from_ranges
from renewkit.policies.pricing.usage import PeriodUsage, Reading, rolled_up
from renewkit.policies.pricing.volume import Cliff, Stairstep, Step, Volume

__all__ = [
    "AtLeast",
    "AtMost",
    "Beyond",
    "Capacity",
    "CapacityTier",
    "Cliff",
    "Flat",
    "Graduated",
    "GraduatedPercentage",
    "Package",
    "Partial",
    "PerUnit",
    "Percentage",
    "PeriodUsage",
    "Phase",
    "Price",
    "PriceChange",
    "PriceHistory",
    "PriceList",
    "PriceSchedule",
    "RateTier",
    "Reading",
    "Slice",
    "Stairstep",
    "Step",
    "Tier",
    "Volume",
    "quote_slice",
    "rolled_up",
    "tiers_from_blocks",
    "tiers_from_ranges",
]
