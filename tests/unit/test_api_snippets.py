"""What the contract shows of cycles, prices and proration runs as it is written, with the everyday names alone."""

from datetime import date, datetime
from fractions import Fraction

import pendulum
import pytest
from moneyed import Money

import renewkit
from renewkit.values.line import Quote

MARCH = "period = Period(date(2024, 3, 1), date(2024, 4, 1))"
CYCLE = "cycle = BillingCycle(anchor=date(2024, 1, 31), every=MONTHLY)"
TIERS = 'tiers = (Tier(up_to=10, unit=usd("5.00")), Tier(up_to=None, unit=usd("3.50")))'

FEBRUARY = "[2024-02-29, 2024-03-31)"

SNIPPETS = [
    (
        CYCLE,
        "[str(cycle.period(k)) for k in range(3)]",
        ["[2024-01-31, 2024-02-29)", FEBRUARY, "[2024-03-31, 2024-04-30)"],
    ),
    (CYCLE, "str(cycle.period_at(date(2024, 3, 10)))", FEBRUARY),
    (CYCLE, "cycle.index_at(date(2024, 3, 10))", 1),
    (CYCLE, "cycle.boundary(-1)", pendulum.Date(2023, 12, 31)),
    (CYCLE, "cycle.next_boundary(after=date(2024, 2, 29))", pendulum.Date(2024, 3, 31)),
    (CYCLE, "cycle.previous_boundary(before=date(2024, 2, 29))", pendulum.Date(2024, 1, 31)),
    (
        CYCLE,
        "[str(period) for period in list(cycle.periods(start=date(2024, 2, 10), until=date(2024, 5, 1)))]",
        ["[2024-01-31, 2024-02-29)", FEBRUARY, "[2024-03-31, 2024-04-30)", "[2024-04-30, 2024-05-31)"],
    ),
    (
        f"{CYCLE}; instant = datetime.fromisoformat('2024-03-10T23:30:00-05:00')",
        "cycle.day_of(instant)",
        pendulum.Date(2024, 3, 11),
    ),
    (CYCLE, "cycle.instant(1)", pendulum.datetime(2024, 2, 29)),
    ("", 'Flat(usd("29.99")).charge()', Money("29.99", "USD")),
    ("", 'PerUnit(usd("0.0035")).charge(1_001)', Money("3.50", "USD")),
    (TIERS, "Graduated(tiers).charge(12)", Money("57.00", "USD")),
    (TIERS, "Volume(tiers).charge(12)", Money("42.00", "USD")),
    ("", 'Stairstep(((10, usd("20")), (None, usd("50")))).charge(11)', Money("50.00", "USD")),
    ("", 'Package(size=100, each=usd("9.00")).charge(101)', Money("18.00", "USD")),
    ("", 'Percentage(rate="0.029", fixed=usd("0.30")).charge(usd("100"))', Money("3.20", "USD")),
    (
        TIERS,
        "[(line.quantity, line.unit.amount, line.amount.amount) for line in Graduated(tiers).quote(12).lines]",
        [(10, 5, 50), (2, Fraction("3.5"), 7)],
    ),
    (TIERS, "Graduated(tiers).quote(12).settle(rounding=Rounding.HALF_EVEN)", Money("57.00", "USD")),
    (
        'intro, standard = Flat(usd("1.00")), Flat(usd("2.00"))',
        (
            'PriceSchedule((Phase(intro, periods=12), Phase(standard)), uplift="0.03").price_at(12, renewal=2)'
            ".quote(1).exact.amount"
        ),
        2 * Fraction("1.03") ** 2,
    ),
    (
        'price = Flat(usd("1.00")); currency = "USD"',
        'PriceList({"USD": price})[currency].charge()',
        Money("1.00", "USD"),
    ),
    (
        f"{MARCH}; used, unused = prorate(usd('29.99'), over=period, at=[date(2024, 3, 10)])",
        "(used, unused, used + unused)",
        (Money("8.71", "USD"), Money("21.28", "USD"), Money("29.99", "USD")),
    ),
    (
        f"{MARCH}; part = Period(date(2024, 3, 10), period.end)",
        'portion(usd("29.99"), part, of=period)',
        Money("21.28", "USD"),
    ),
    (
        MARCH,
        'change(old=usd("29.99"), new=usd("99.00"), over=period, at=date(2024, 3, 10)).net',
        Money("48.98", "USD"),
    ),
    (
        "",
        'split(usd("1.00"), [1, 1, 1])',
        (Money("0.34", "USD"), Money("0.33", "USD"), Money("0.33", "USD")),
    ),
    ("from renewkit import profiles", "type(profiles.STRIPE) is ProrationPolicy", True),
]


@pytest.mark.parametrize(("given", "shown", "expected"), SNIPPETS, ids=[shown for _, shown, _ in SNIPPETS])
def test_the_contract_runs_as_it_is_written(given: str, shown: str, expected: object) -> None:
    """A snippet needs `date` from the standard library and the everyday names, nothing else."""
    names = {name: getattr(renewkit, name) for name in renewkit.__all__} | {"date": date, "datetime": datetime}
    exec(given, names)  # noqa: S102  our own snippets
    assert expected == eval(shown, names)  # noqa: S307  as above


def test_quote_and_charge_are_the_same_number() -> None:
    """The fast path and the explanation agree on every snippet's price."""
    names = {name: getattr(renewkit, name) for name in renewkit.__all__}
    exec(TIERS, names)  # noqa: S102  our own snippet
    for name in ("Graduated", "Volume"):
        price = names[name](names["tiers"])
        quotes: list[Quote] = [price.quote(quantity) for quantity in range(25)]
        assert [quote.settle() for quote in quotes] == [price.charge(quantity) for quantity in range(25)]


def test_every_everyday_name_is_imported_by_star() -> None:
    """`from renewkit import *` gives the everyday names and nothing else."""
    names: dict[str, object] = {}
    exec("from renewkit import *", names)  # noqa: S102  the claim is about this statement
    assert sorted(renewkit.__all__) == sorted(set(names) - {"__builtins__"})
