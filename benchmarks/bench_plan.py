"""One renewal, planned: two priced items with their lines, the invoice, the charge, the facts and the reminders."""

from __future__ import annotations

from datetime import date

import attrs
import pendulum

from peers.plan import naive_plan
from renewkit.books.customer import Customer
from renewkit.books.lifecycle import Status
from renewkit.books.subscription import Item, Standing, Subscription, Terms
from renewkit.effects.snapshot import Snapshot
from renewkit.engine.plan import plan
from renewkit.policies.cycle import MONTHLY, BillingCycle
from renewkit.policies.pricing import Graduated, Tier
from renewkit.policies.reminders import Reminder, ReminderPlan
from renewkit.values.decline import Instrument
from renewkit.values.money import usd
from renewkit.values.offsets import days_after, days_before
from work import Work

__all__ = ["NAIVE", "NOW", "SNAPSHOT", "WORKS"]

NOW = pendulum.datetime(2024, 7, 31, 12)
_TIERS = ((10, usd("5.00")), (50, usd("4.00")), (None, usd("3.50")))
_STEPS = (("upcoming", -7), ("upcoming", -1), ("overdue", 1), ("overdue", 3), ("overdue", 7))
_PRICE = Graduated(tuple(Tier(up_to=limit, unit=unit) for limit, unit in _TIERS))
_PLAN = ReminderPlan(
    tuple(Reminder(kind, days_before(-days) if days < 0 else days_after(days)) for kind, days in _STEPS)
)
_SOLD = Subscription(
    "s1",
    "c1",
    items=(Item("seats", _PRICE, quantity=64), Item("guests", _PRICE, quantity=12)),
    cycle=BillingCycle(date(2024, 1, 31), MONTHLY, zone="Europe/Berlin"),
    terms=Terms(reminders=_PLAN),
)

SNAPSHOT = Snapshot(
    book="default",
    customer=Customer("c1", "Ada", zone="Europe/Berlin", instrument=Instrument("pm_1", "visa")),
    subscriptions=(
        attrs.evolve(_SOLD, standing=Standing(status=Status.ACTIVE, billed_until=pendulum.Date(2024, 7, 31))),
    ),
)
NAIVE = {
    "id": "s1",
    "zone": "Europe/Berlin",
    "anchor": date(2024, 1, 31),
    "billed_until": date(2024, 7, 31),
    "items": [{"id": "seats", "quantity": 64, "tiers": _TIERS}, {"id": "guests", "quantity": 12, "tiers": _TIERS}],
    "reminders": _STEPS,
    "looked": pendulum.datetime(2024, 7, 30, 12),
}

WORKS = (
    Work(
        "plan one renewal",
        lambda: plan(SNAPSHOT, now=NOW),
        "relativedelta, Money, dicts",
        lambda: naive_plan(NAIVE, NOW),
        goal=3,
    ),
)
