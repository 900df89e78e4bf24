"""What a part of a period costs: proration, changes in mid-period, credits, quotes that stay as they were shown.

Amounts are cut where their period is cut. It takes periods and references, never cycles; it may import `values` and
`errors`, and must never read a clock or import another policy. Also known as pro rata, plan change, upgrade,
downgrade, 按比例计费.

>>> from datetime import date
>>> from renewkit import Period, usd
>>> prorate(usd("1.00"), over=Period(date(2024, 1, 1), date(2024, 1, 4)), at=[date(2024, 1, 2), date(2024, 1, 3)])
(Money('0.33', 'USD'), Money('0.34', 'USD'), Money('0.33', 'USD'))
"""

from renewkit.policies.proration.change import Change, HighWater, above_high_water, add_on_amount, change, limit_credit
from renewkit.policies.proration.comparison import Comparison, compare
from renewkit.policies.proration.parts import grant, portion, prorate, service_amount
from renewkit.policies.proration.quote import FrozenQuote, QuoteRefused, Refusal, freeze

__all__ = [
    "Change",
    "Comparison",
    "FrozenQuote",
    "HighWater",
    "QuoteRefused",
    "Refusal",
    "above_high_water",
    "add_on_amount",
    "change",
    "compare",
    "freeze",
    "grant",
    "limit_credit",
    "portion",
    "prorate",
    "service_amount",
]
