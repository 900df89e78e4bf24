"""Published tier, package and percentage numbers through `renewkit.policies.pricing`."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction
from functools import reduce
from itertools import pairwise
from typing import Any

from moneyed import Money
from outcome import Declined

from renewkit.policies.pricing import (
    AtLeast,
    AtMost,
    Beyond,
    Capacity,
    CapacityTier,
    Flat,
    Graduated,
    GraduatedPercentage,
    Package,
    Partial,
    Percentage,
    PerUnit,
    Price,
    RateTier,
    Reading,
    Slice,
    Tier,
    Volume,
    quote_slice,
    rolled_up,
    tiers_from_blocks,
    tiers_from_ranges,
)
from renewkit.values.line import Quote
from renewkit.values.money import Rounding, money, round_ratio, settle, to_minor, usd
from renewkit.values.period import Period

__all__ = ["KINDS"]

Given = dict[str, Any]
Check = Callable[[Given], None]


# ------------------------------------------------------------------------------------------------------------ Kill Bill


def consumable_tiers(case: Given) -> None:
    """Tiers of blocks, graduated (ALL_TIERS) or by volume (TOP_TIER)."""
    given, expected = case["input"], case["expected"]
    quote = _consumable(given, given["tiers"], given["units"])
    _same(expected["total"], quote)
    found = quote.by_tier()
    assert [line["tier"] for line in expected["lines"]] == [total.tier for total in found], found
    for line, total in zip(expected["lines"], found, strict=True):
        assert Fraction(line["amount"]) == total.amount.amount, total
        assert "blocks" not in line or Fraction(line["blocks"]) == total.quantity, total


def consumable_multi_unit(case: Given) -> None:
    """Several units on one bill."""
    given = case["input"]
    quotes = [_consumable(given, part["tiers"], part["units"]) for part in given["units"]]
    _same(case["expected"]["total"], reduce(operator.add, quotes))


def consumable_delta(case: Given) -> None:
    """What is left to bill: the whole rounded first, then the difference."""
    given, expected = case["input"], case["expected"]
    period = Period(_day(given["period_start"]), _day(given["period_end"]))
    readings = [Reading("unit", record, on=period.start) for record in given["usage_records"]]
    (usage,) = rolled_up(readings, [period])
    quote = _consumable(given, given["tiers"], usage.of("unit"))
    if "period_total" in expected:
        _same(expected["period_total"], quote)
    assert usd(expected["amount_to_bill"]) == quote.less(usd(given["already_billed_amount"])), quote


def capacity_tiers(case: Given) -> None:
    """The lowest tier that holds every unit."""
    given, expected = case["input"], case["expected"]
    price = Capacity(CapacityTier(usd(tier["price"]), tier["max"]) for tier in given["tiers"])
    quote = price.quote(given["units"])
    assert expected["tier"] == price.tier_for(given["units"])
    _same(expected["amount"], quote)
    for unit, tier in expected.get("per_unit_tier", {}).items():
        assert tier == price.tier_for({unit: given["units"][unit]})
    if "amount_to_bill" in expected:
        assert usd(expected["amount_to_bill"]) == quote.less(usd(given["already_billed_amount"]))


def rollup_usage(case: Given) -> None:
    """Usage summed between boundaries."""
    given = case["input"]
    readings = [Reading(record["unit"], record["amount"], on=_day(record["at"])) for record in given["records"]]
    periods = [Period(_day(start), _day(end)) for start, end in pairwise(given["boundaries"])]
    for expected, usage in zip(case["expected"]["intervals"], rolled_up(readings, periods), strict=True):
        assert (_day(expected["start"]), _day(expected["end"])) == (usage.period.start, usage.period.end)
        wanted = {unit: Fraction(sum_) for unit, sum_ in expected.items() if unit not in {"start", "end"}}
        assert wanted == {unit: usage.of(unit) for unit in wanted}


def _consumable(given: Given, blocks: list[Given], units: str | Fraction) -> Quote:
    tiers = tiers_from_blocks(
        (
            tier["block_size"],
            None if tier["max_blocks"] is None else int(tier["max_blocks"]),
            usd(tier["price_per_block"]),
        )
        for tier in blocks
    )
    if Fraction(units).denominator != 1 and any(Fraction(tier["block_size"]) == 1 for tier in blocks):
        raise Declined("started-blocks-of-one-unit")
    billed = given.get("already_billed_blocks_per_tier")
    if given["policy"] == "ALL_TIERS":
        price = Graduated(tiers, beyond=Beyond.FREE)
        return price.quote(units) if billed is None else price.quote_rest(units, billed=billed)
    if billed:
        raise Declined("top-tier-less-earlier-blocks")
    return Volume(tiers, beyond=Beyond.LAST).quote(units)


# ----------------------------------------------------------------------------------------------------------------- Lago


def lago_graduated(case: Given) -> None:
    """Graduated ranges with inclusive whole or touching bounds."""
    given, expected = case["input"], case["expected"]
    quote = Graduated(_ranges(given["ranges"])).quote(given["units"])
    _same_average(expected, quote, given["units"])
    _same_tiers(expected, quote)


def lago_graduated_percentage(case: Given) -> None:
    """Graduated rates."""
    given, expected = case["input"], case["expected"]
    quote = GraduatedPercentage(_rates(given["ranges"])).quote(usd(given["units"]))
    _same_average(expected, quote, given["units"])
    _same_tiers(expected, quote)


def lago_graduated_range(case: Given) -> None:
    """One range alone."""
    given = case["input"]
    tiers = _ranges([given["range"]], touching=given["adjacent"])
    _same_range(case["expected"], Graduated(tiers, beyond=Beyond.FREE).quote(given["total_units"]), len(tiers))


def lago_graduated_percentage_range(case: Given) -> None:
    """One range of rates alone."""
    given = case["input"]
    tiers = _rates([given["range"]])
    price = GraduatedPercentage(tiers, beyond=Beyond.FREE)
    _same_range(case["expected"], price.quote(usd(given["total_units"])), len(tiers))


def lago_volume(case: Given) -> None:
    """The tier that the full units reach, for the units that are paid."""
    given = case["input"]
    full = given["units"] if given.get("full_units") is None else given["full_units"]
    _same_average(case["expected"], Volume(_ranges(given["ranges"])).quote(given["units"], at=full), full)


def lago_package(case: Given) -> None:
    """Packages beyond free units."""
    given, expected = case["input"], case["expected"]
    price = Package(given["package_size"], usd(given["package_amount"]), free=given.get("free_units") or 0)
    paid = price.paid(given["units"])
    _same_average(expected, price.quote(given["units"]), paid)
    assert "paid_units" not in expected or Fraction(expected["paid_units"]) == paid


def lago_standard(case: Given) -> None:
    """A price per unit."""
    given = case["input"]
    full = given["units"] if given.get("full_units") is None else given["full_units"]
    _same_average(case["expected"], PerUnit(usd(given["unit"])).quote(given["units"]), full)


def lago_percentage(case: Given) -> None:
    """A rate and a fixed part per event after allowances, from running totals."""
    given = case["input"]
    price = _percentage(given)
    if given["running_total"] and not given.get("free_events") and given.get("free_total") is None:
        raise Declined("free-without-an-allowance")
    quote = price.quote_running(
        usd(given["units"]), events=given["events_count"], running=[usd(total) for total in given["running_total"]]
    )
    _same_average(case["expected"], quote, given["units"])


def lago_percentage_min_max(case: Given) -> None:
    """The same for each event, within a least and a greatest amount."""
    given = case["input"]
    events = next((given[name] for name in ("events", "values") if name in given), None)
    events = next(value for value in given.values() if isinstance(value, list)) if events is None else events
    values = [usd(event if isinstance(event, str | int) else _value(event)) for event in events]
    quote = _percentage(given).quote_events(values)
    if "units" in given:
        _same_average(case["expected"], quote, given["units"])
    else:
        _same(case["expected"]["amount"], quote)


def lago_minimum_true_up(case: Given) -> None:
    """What is missing to a minimum for part of a period; a currency without decimals stands for minor units."""
    given, expected = case["input"], case["expected"]
    price = AtLeast(Flat(money(given["used_minor"], "JPY")), money(given["minimum_minor"], "JPY"))
    share = Fraction(given["days_billed"], given["days_in_period"])
    missing = price.true_up(money(given["used_minor"], "JPY"), share=share)
    if expected["true_up_minor"] is None:
        assert missing.is_zero
        return
    assert expected["true_up_minor"] == to_minor(settle(missing))
    assert abs(Fraction(expected["precise_minor"]) - missing.amount) <= Fraction(1, 10**8), missing


def lago_prorated_graduated(case: Given) -> None:
    """Units that come and go within the period."""
    given = case["input"]
    changes = list(zip(given["event_units"], given["event_prorated_units"], strict=True))
    _same_average(case["expected"], Graduated(_ranges(given["ranges"])).quote_weighted(changes), given["full_units"])


def _percentage(given: Given) -> Percentage:
    fixed = _named(given, "fixed")
    least, most = _named(given, "min"), _named(given, "max")
    return Percentage(
        f"{given['rate_percent']}%",
        None if fixed is None else usd(fixed),
        at_least=None if least is None else usd(least),
        at_most=None if most is None else usd(most),
        free_events=int(given.get("free_events") or 0),
        free_amount=given.get("free_total") or 0,
    )


def _value(event: Given) -> str:
    """Return what one event is worth, by whichever name."""
    return str(next(event[name] for name in ("value", "amount", "units", "quantity") if name in event))


def _named(given: Given, word: str) -> Any:  # noqa: ANN401  JSON
    """Return the value of the one key that holds the word (`fixed_per_event`, `min_amount`)."""
    return next((value for key, value in given.items() if word in key.split("_") or key.startswith(word)), None)


def _ranges(ranges: Iterable[Given], *, touching: bool | None = None) -> tuple[Tier, ...]:
    return tiers_from_ranges(
        (
            (part["from_value"], part["to_value"], usd(part.get("unit") or 0), _some(part.get("flat")))
            for part in ranges
        ),
        touching=touching,
    )


def _rates(ranges: list[Given]) -> tuple[RateTier, ...]:
    bounds = _ranges([{**part, "unit": "0"} for part in ranges])
    free = [RateTier(tier.up_to, 0) for tier in bounds[: len(bounds) - len(ranges)]]
    rates = zip(bounds[len(free) :], ranges, strict=True)
    return (*free, *(RateTier(tier.up_to, f"{part['rate_percent']}%", flat=tier.flat) for tier, part in rates))


def _some(amount: str | None) -> Money | None:
    return None if amount is None else usd(amount)


def _same_tiers(expected: Given, quote: Quote) -> None:
    wanted = [(Fraction(tier["units"]), Fraction(tier["amount"])) for tier in expected.get("tiers", [])]
    assert not wanted or wanted == [(tier.quantity, tier.amount.amount) for tier in quote.by_tier()]


def _same_range(expected: Given, quote: Quote, number: int) -> None:
    (total,) = [tier for tier in quote.by_tier() if tier.tier == number]
    usage = [line.amount.amount for line in quote.lines if line.tier == number and line.kind == "tier"]
    assert Fraction(expected["units"]) == total.quantity
    assert [Fraction(expected["usage_amount"])] == usage
    assert "amount" not in expected or Fraction(expected["amount"]) == total.amount.amount


def _same_average(expected: Given, quote: Quote, units: str | Fraction) -> None:
    _same_to(expected["amount"], quote.exact.amount, expected.get("amount_decimals"))
    if expected.get("unit_amount") is not None:
        _same_to(expected["unit_amount"], quote.average(units).amount, expected.get("unit_amount_decimals"))


def _same_to(expected: str, actual: Fraction, decimals: int | None) -> None:
    """Compare exactly, or as printed with so many decimals."""
    if decimals is not None:
        actual = Fraction(
            round_ratio(actual.numerator * 10**decimals, actual.denominator, Rounding.HALF_UP), 10**decimals
        )
    assert Fraction(expected) == actual, f"expected {expected}, got {actual}"


# ------------------------------------------------------------------------------------------------ OpenMeter, Flexprice


def openmeter(case: Given) -> None:
    """One slice of a period, with minimum and maximum."""
    given = case["input"]
    price = _metered(given)
    if given["model"] == "volume" and given["position"] != "mid" and Fraction(given.get("pre_quantity") or 0):
        raise Declined("volume-by-its-last-slice")
    if given.get("maximum") is not None:
        price = AtMost(price, usd(given["maximum"]))
    if given.get("minimum") is not None:
        price = AtLeast(price, usd(given["minimum"]))
    part = Slice(
        given["quantity"],
        since=given.get("pre_quantity") or 0,
        billed=usd(given.get("previously_billed") or 0),
        opens=given["position"] == "single",
        closes=given["position"] != "mid",
    )
    in_advance = any("advance" in value for value in given.values() if isinstance(value, str)) or bool(
        given.get("in_advance")
    )
    _same(case["expected"]["total"], quote_slice(price, part, in_advance=in_advance))


def _metered(given: Given) -> Price:
    match given["model"]:
        case "unit":
            return PerUnit(usd(given["unit_amount"]))
        case "package":
            return Package(given["package_size"], usd(given["package_amount"]))
        case "graduated":
            return Graduated(_tiers(given["tiers"]))
        case "volume":
            return Volume(_tiers(given["tiers"]))
        case "dynamic":
            return Percentage(given["multiplier"], usd(0))
        case "flat":
            return Flat(usd(_named(given, "amount") or _named(given, "flat")))
        case model:
            raise AssertionError(model)


def flexprice(case: Given) -> None:
    """Quantities priced on their own and summed."""
    given = case["input"]
    price = _bucketed(case.get("method", case.get("kind")).removeprefix("flexprice."), given)
    _same(case["expected"]["amount"], reduce(operator.add, (price.quote(quantity) for quantity in given["quantities"])))


def _bucketed(model: str, given: Given) -> Price:
    match model:
        case "unit":
            return PerUnit(usd(given["unit"]))
        case "package":
            return Package(
                given["package_size"], usd(given["package_amount"]), partial=Partial(given.get("round") or "up")
            )
        case "graduated":
            return Graduated(_tiers(given["tiers"]))
        case "volume":
            return Volume(_tiers(given["tiers"]))
        case _:
            raise AssertionError(model)


def _tiers(listed: list[Given]) -> tuple[Tier, ...]:
    return tuple(Tier(tier["up_to"], usd(tier.get("unit") or 0), flat=_some(tier.get("flat"))) for tier in listed)


def _same(expected: str, quote: Quote) -> None:
    assert Fraction(expected) == quote.exact.amount, f"expected {expected}, got {quote}"


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _of_some(check: Check) -> Check:
    """Wrap a check so that fewer than no units are declined."""

    def careful(case: Given) -> None:
        given = case["input"]
        named = (given.get(name) for name in ("units", "total_units", "quantity", "pre_quantity"))
        counted = [*named, *given.get("quantities", ())]
        if any(isinstance(each, str | int) and Fraction(each) < 0 for each in counted):
            raise Declined("negative-quantity")
        check(case)

    return careful


_OF_UNITS: dict[str, Check] = {
    "consumable_tiers": consumable_tiers,
    "consumable_multi_unit": consumable_multi_unit,
    "consumable_delta": consumable_delta,
    "capacity_tiers": capacity_tiers,
    "rollup_usage": rollup_usage,
    "lago.graduated": lago_graduated,
    "lago.graduated_percentage": lago_graduated_percentage,
    "lago.graduated_range": lago_graduated_range,
    "lago.graduated_percentage_range": lago_graduated_percentage_range,
    "lago.volume": lago_volume,
    "lago.package": lago_package,
    "lago.standard": lago_standard,
    "lago.percentage": lago_percentage,
    "lago.percentage_min_max": lago_percentage_min_max,
    "lago.minimum_true_up": lago_minimum_true_up,
    "lago.prorated_graduated": lago_prorated_graduated,
    **{f"openmeter.{model}": openmeter for model in ("unit", "package", "graduated", "volume", "dynamic", "flat")},
    **{f"flexprice.{model}": flexprice for model in ("unit", "package", "graduated", "volume")},
}
KINDS = {kind: _of_some(check) for kind, check in _OF_UNITS.items()}
