"""Which fields of a value are given by position: a promise to callers, written down.

The first two fields at most are, the others are named; only decisions that are taken apart by `match` have more.
"""

import inspect
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

import attrs
import pytest

MOST = 2
DECISIONS = {"Attempt", "Decline", "Entries", "Entry", "RetryAt"}
ROOMS = ("values", "policies.cycle", "policies.discount", "policies.pricing", "policies.proration")

POSITIONAL = {
    "renewkit.policies.cycle.billing_cycle": {"BillingCycle": "anchor every"},
    "renewkit.policies.cycle.changes": {"Transition": "bridge cycle", "EarlyTerm": "term cycle"},
    "renewkit.policies.cycle.every": {"Every": ""},
    "renewkit.policies.cycle.fixed_dates": {"FixedDates": "dates"},
    "renewkit.policies.cycle.within_month": {"SemiMonthly": "first second", "LastBusinessDay": "calendar months"},
    "renewkit.policies.discount": {
        "PercentOff": "rate periods",
        "AmountOff": "amount periods",
        "FreePeriods": "periods",
    },
    "renewkit.policies.pricing.capacity": {"CapacityTier": "amount limits", "Capacity": "tiers"},
    "renewkit.policies.pricing.graduated": {"Graduated": "tiers"},
    "renewkit.policies.pricing.limits": {"AtLeast": "price minimum", "AtMost": "price maximum"},
    "renewkit.policies.pricing.percentage": {
        "Percentage": "rate fixed",
        "RateTier": "up_to rate",
        "GraduatedPercentage": "tiers",
    },
    "renewkit.policies.pricing.plain": {"Flat": "amount", "PerUnit": "unit", "Package": "size each"},
    "renewkit.policies.pricing.schedule": {
        "Phase": "price periods",
        "PriceSchedule": "phases",
        "PriceChange": "on price",
        "PriceHistory": "sold changes",
        "PriceList": "prices",
    },
    "renewkit.policies.pricing.slices": {"Slice": "quantity"},
    "renewkit.policies.pricing.tiers": {"Tier": "up_to unit"},
    "renewkit.policies.pricing.usage": {"Reading": "unit quantity", "PeriodUsage": "period quantities"},
    "renewkit.policies.pricing.volume": {
        "Cliff": "first last",
        "Volume": "tiers",
        "Step": "up_to amount",
        "Stairstep": "steps",
    },
    "renewkit.policies.proration.change": {"Change": "credit charge", "HighWater": "charge mark"},
    "renewkit.policies.proration.comparison": {"Comparison": "name amount"},
    "renewkit.policies.proration.quote": {"QuoteRefused": "reason why", "FrozenQuote": "credit charge"},
    "renewkit.policies.proration.scale": {"Scale": "unit minor"},
    "renewkit.values.calendar": {"BusinessCalendar": "weekend holidays"},
    "renewkit.values.daycount.policy": {"ShortRate": "penalty", "ProrationPolicy": "by rounding"},
    "renewkit.values.decision": {
        "RetryAt": "when number ask why until first",
        "AskCustomer": "action why",
        "GiveUp": "reason why",
    },
    "renewkit.values.decline": {
        "Decline": "category retry action rail code network advice",
        "Instrument": "id network",
        "Attempt": "at decline instrument",
    },
    "renewkit.values.entry": {
        "Entry": "id amount on",
        "Settlement": "reference items",
        "Entries": "ids minor currencies days references parties texts fees dropped problems",
    },
    "renewkit.values.facts": {"AnchorDate": "anchor on", "ContractFacts": "about recipient"},
    "renewkit.values.line": {"Line": "kind amount", "TierTotal": "tier quantity", "Quote": "exact lines"},
    "renewkit.values.money": {"ExactMoney": "amount currency"},
    "renewkit.values.offsets": {"Offset": "count unit", "Window": "earliest latest"},
    "renewkit.values.period": {"Period": "start end", "Span": "start end", "ServicePeriod": "period reference"},
    "renewkit.values.problem": {"Problem": "code about"},
    "renewkit.values.recipient": {"QuietDay": "weekday", "QuietHours": "start end", "Recipient": "zone locale"},
}


def modules() -> Iterator[str]:
    """Name the modules that define values of the billing arithmetic and of the shared vocabulary."""
    for room in ROOMS:
        home = import_module(f"renewkit.{room}")
        yield home.__name__
        if hasattr(home, "__path__"):
            yield from (found.name for found in pkgutil.walk_packages(home.__path__, f"{home.__name__}."))


def defined(module: ModuleType) -> list[type]:
    """List the public attrs classes that a module defines itself."""
    found = [value for name, value in vars(module).items() if isinstance(value, type) and not name.startswith("_")]
    return [value for value in found if attrs.has(value) and value.__module__ == module.__name__]


def positional(cls: type) -> list[str]:
    """Name what a class takes by position."""
    parameters = inspect.signature(cls).parameters.values()
    return [parameter.name for parameter in parameters if parameter.kind is parameter.POSITIONAL_OR_KEYWORD]


@pytest.mark.parametrize("name", sorted(set(modules())))
def test_positional_fields_stay(name: str) -> None:
    """What was given by position stays so, in that order, and nothing else joins it."""
    found = {cls.__name__: " ".join(positional(cls)) for cls in defined(import_module(name))}
    assert POSITIONAL.get(name, {}) == found


def test_values_take_two_fields_by_position_at_most() -> None:
    """A third argument without a name would be a riddle; decisions are taken apart by `match` instead."""
    many = {name for classes in POSITIONAL.values() for name, fields in classes.items() if len(fields.split()) > MOST}
    assert DECISIONS == many


def test_the_table_names_modules_that_exist() -> None:
    """A row for a module that is gone would promise nothing."""
    assert set(POSITIONAL) <= set(modules())
