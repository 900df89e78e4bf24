"""Published matching cases of other tools through `renewkit.policies.reconcile`.

What those tools ask of a setting is here what the host does before it asks: it chooses lines, picks the tolerance for
the size of an amount, says which line an earlier run has taken.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import Any

import attrs
from moneyed import Money
from outcome import Declined

from renewkit.policies.reconcile import Confirm, MatchRules, Rate, Reconciliation, reconcile
from renewkit.values.entry import Entry

__all__ = ["KINDS"]

Given = dict[str, Any]
Pairs = set[tuple[frozenset[str], frozenset[str]]]

DAY = date(2024, 6, 1)
FINE = "CLF"  # four decimals, for amounts finer than a cent
DIRECTIONS = {"received": 1, "paid": -1}

# What a case asks for beyond matching.
BEYOND = {
    "party_map": "parties-are-the-hosts-choice",
    "edit_distance_percent_of_longer": "distance-by-share",
    "group": "one-reference-an-entry",
    "group_by": "groups-by-evidence",
    "write_off": "a-part-stays-a-part",
}


def candidates_per_line(case: Given) -> None:
    """Match each line that the host chooses alone, as those tools do."""
    _decline(case)
    lines = [line for line in case["right"] if _is_chosen(case["rule"], line)]
    for line in lines:
        _excess(case, line)
    _agree(_wanted(case), {pair for line in lines for pair in _pairs(_run(case, [line]))})


def matching(case: Given) -> None:
    """Match all at once."""
    lines = case["right"]
    if not case["left"]:
        assert [line["id"] for line in lines] == [entry.id for entry in _run(case, lines).unexpected]
        return
    _decline(case)
    _unevidenced(case)
    taken = [line for line in lines if line.get("existing_match")]
    earlier = [{**line, "id": line["existing_match"]} for line in taken]
    decisions = [Confirm((line["existing_match"],), (line["id"],)) for line in taken]
    found = _pairs(_run({**case, "left": [*case["left"], *earlier]}, lines, decisions=decisions))
    _agree(_wanted(case), {pair for pair in found if not pair[0] & {row["id"] for row in earlier}})


def pair_predicate(case: Given) -> None:
    """Ask whether two entries that agree in all but one field are matched."""
    case = _in_base(case)
    _decline(case)
    rule = case["rule"]
    if rule.get("op") in {"greater_than", "less_than"}:
        raise Declined("a-payment-is-an-equality")
    if rule.get("field") == "currency":
        raise Declined("iso-codes-are-upper-case")
    shared = {} if rule.get("field") == "reference" or "all_of" in rule else {"reference": "R-100001"}
    left, right = ([{"amount": "1", **shared, **entry} for entry in case[side]] for side in ("left", "right"))
    _agree(_wanted(case), _pairs(_run({**case, "left": left, "right": right}, right)))


def group_predicate(case: Given) -> None:
    """Ask whether entries of one payer sum to a line."""
    _decline(case)
    if case["rule"].get("field") not in {"amount", "date"}:
        raise Declined("mixed-money-is-no-group")
    left, right = ([{"party": "Ada Byron", **entry} for entry in case[side]] for side in ("left", "right"))
    if case["rule"]["field"] == "date" and any(abs(_seconds(one) - _seconds(right[0])) > _drift(case) for one in left):
        raise Declined("every-member-is-within-the-window")
    _agree(_wanted(case), _pairs(_run({**case, "left": left, "right": right}, right)))


def pair_label(case: Given) -> None:
    """Ask about a document and a bank line; the sign of an expense is the bank's."""
    (document,), (line,) = case["left"], case["right"]
    if document["currency"] != line["currency"]:
        raise Declined("a-rate-is-given-or-nothing-is")
    sign = "-" if line["amount"].startswith("-") and not document["amount"].startswith("-") else ""
    left = {**document, "party": document["name"], "amount": sign + document["amount"]}
    _agree(_wanted(case), _pairs(_run({**case, "left": [left]}, [{**line, "party": line["name"]}])))


def party_resolution(case: Given) -> None:
    """Ask which of several payers a line is from, when each owes the line's amount."""
    left, right = ([_as_payer(row) for row in case[side]] for side in ("left", "right"))
    _agree(_wanted(case), _pairs(_run({**case, "left": left}, right)))


def allocation(case: Given) -> None:
    """Ask for the conversion of a payment at a known rate: a certificate says what rounding left over."""
    (party,), (bank,), wanted = case["left"], case["right"], case["expected"]
    cents = Decimal(1).scaleb(-case["rule"]["rounding"])
    due = (Decimal(bank["amount"]) / Decimal(party["rate"])).quantize(cents, ROUND_HALF_UP)
    rate = Rate(party["currency"], bank["currency"], rate=party["rate"])
    owed = Entry(party["id"], Money(due, party["currency"]), DAY, reference="R-100001")
    paid = Entry(bank["id"], Money(bank["amount"], bank["currency"]), DAY, reference="R-100001")
    (match,) = reconcile([owed], [paid], rules=MatchRules(rates=(rate,))).matched
    found = {
        "bank_amount": abs(paid.amount.amount),
        "party_amount": abs(due),
        "fx_rounding_difference": abs(match.difference.amount),
        "residual": match.certificate.residual,
    }
    assert {name: Decimal(amount) for name, amount in wanted.items()} == found


def _run(case: Given, lines: list[Given], *, decisions: list[Confirm] | None = None) -> Reconciliation:
    rule = case["rule"]
    share = rule.get("drift_fraction_of_internal", rule.get("amount_drift_fraction", 0))
    percent = rule.get("tolerance", 0) if rule.get("tolerance_type", "percentage") == "percentage" else 0
    cents = str(rule.get("fuzzy_amount", rule.get("fixed", "0")))
    rules = MatchRules(
        tolerance=str(share) if share else f"{percent}e-2",
        tolerance_minor=int(Money(cents, FINE if _is_fine(case) else "USD").get_amount_in_sub_unit()),
        partial=False,
        early=int(rule.get("fuzzy_days", 10)),
        late=int(rule.get("fuzzy_days", 200)),
        amount_alone="fuzzy_amount" in rule or bool(rule.get("exact_amount")),
    )
    if "drift_seconds" in rule:
        rules = attrs.evolve(rules, early=1, late=1, reference_days=1)
    days = sorted(row["date"] for row in (*case["left"], *lines) if "date" in row)
    usual = date.fromisoformat(days[0]) if days else DAY
    expected, received = ([_entry(case, row, usual) for row in rows] for rows in (case["left"], lines))
    return reconcile(expected, received, rules=rules, decisions=decisions or ())


def _entry(case: Given, row: Given, usual: date) -> Entry:
    if "amount" not in row and "received" not in row:
        raise Declined("parties-are-the-hosts-choice")
    amount = str(row.get("amount", row.get("received")))
    try:
        code = FINE if _is_fine(case) or row.get("currency") == "GOL" else row.get("currency", _usual_code(case))
        money = Money(amount, code)
    except KeyError:
        raise Declined("only-iso-4217-money") from None
    on = date.fromisoformat(row["date"]) if "date" in row else usual + timedelta(days=row.get("date_offset_days", 0))
    if "drift_seconds" in case["rule"]:
        on = usual + timedelta(days=_windows(case, row))
    names = ("reference", "payment_reference", "number", "check", "memo", "note")
    reference = next((row[name] for name in names if row.get(name)), None)
    return Entry(row["id"], money, on, reference=reference, party=row.get("party"), text=row.get("text", ""))


def _is_fine(case: Given) -> bool:
    amounts = (str(row.get("amount", "")) for row in (*case["left"], *case["right"]))
    return any(len(amount.partition(".")[2]) > 2 for amount in amounts)


def _usual_code(case: Given) -> str:
    return next((row["currency"] for row in (*case["left"], *case["right"]) if row.get("currency")), "EUR")


def _as_payer(row: Given) -> Given:
    numbers = " ".join(row[name] for name in ("account", "iban") if row.get(name))
    return {"id": row["id"], "amount": "1", "party": row.get("name", row["id"]), "reference": numbers} | (
        {"party": row.get("name")} if "name" in row or numbers else {}
    )


# ----------------------------------------------------------------------------------- what a host does before it asks


def _is_chosen(rule: Given, line: Given) -> bool:
    # Lines by direction, size, journal and words; the other lines are another question.
    amount, text = Decimal(line["amount"]), line.get("text", "")
    least, most = rule.get("line_amount_between", (0, "Infinity"))
    return (
        amount * DIRECTIONS.get(rule.get("direction", ""), 0) >= 0
        and Decimal(rule.get("line_amount_gt", -1)) < abs(amount) < Decimal(rule.get("line_amount_lt", "Infinity"))
        and Decimal(least) <= abs(amount) <= Decimal(most)
        and rule.get("only_journal_of", line["id"]) == line["id"]
        and not ("text_not_contains" in rule and rule["text_not_contains"] in text)
        and rule.get("text_contains", "") in text
        and re.search(rule.get("text_regex", ""), text) is not None
    )


def _in_base(case: Given) -> Given:
    # Both sides in the currency of their books, with the tolerance for amounts of that size.
    if not any("base_amount" in row for row in (*case["left"], *case["right"])):
        return case
    left, right = (
        [{**row, "amount": row["base_amount"], "currency": row["base_currency"]} for row in case[side]]
        for side in ("left", "right")
    )
    left, right = (
        [{k: v for k, v in row.items() if not k.startswith("base_")} for row in rows] for rows in (left, right)
    )
    rule = {name: value for name, value in case["rule"].items() if name not in {"fx_tolerance", "fx_only"}}
    if "fx_tolerance" in case["rule"]:
        size = sum(Decimal(row["amount"]) for row in (*left, *right)) / 2
        rule |= _tier(case["rule"]["fx_tolerance"], size)
    return {**case, "left": left, "right": right, "rule": rule}


def _tier(tiers: str, size: Decimal) -> Given:
    # "avg<100: max(10,4%); <1000: max(15,2%); else max(25,1.5%)": the larger of a sum and a share, by size.
    for limit, fixed, percent in re.findall(r"(?:<(\d+)|else):? max\(([\d.]+),([\d.]+)%\)", tiers):
        if not limit or size < Decimal(limit):
            return {"fixed": fixed, "tolerance": percent}
    raise Declined("one-tolerance-for-a-rate")


def _drift(case: Given) -> Decimal:
    return Decimal(str(case["rule"]["drift_seconds"]))


def _seconds(row: Given) -> Decimal:
    return Decimal(str(row.get("offset_seconds", row.get("time_offset_s", 0))))


def _windows(case: Given, row: Given) -> int:
    # Time measured in windows of the rule: as far as the line's is whole windows, begun ones count.
    apart = _seconds(row) - _seconds(case["right"][0])
    if row in case["right"]:
        apart = Decimal(0)
    window = _drift(case) or (abs(apart) / 2 or 1)
    return int((abs(apart) / window).to_integral_value(ROUND_CEILING)) * (-1 if apart < 0 else 1)


# ------------------------------------------------------------------------------------------------ what is not offered


def _decline(case: Given) -> None:
    for key, rule in BEYOND.items():
        if key in case["rule"]:
            raise Declined(rule)
    rows = (*case["left"], *case["right"])
    if any({"foreign_amount", "company_amount", "base_amount"} & row.keys() for row in rows):
        raise Declined("a-rate-is-given-or-nothing-is")
    if any("<" in str(row.get("text", "")) for row in rows) and case["kind"] != "candidates_per_line":
        raise Declined("placeholder-in-the-case")


def _unevidenced(case: Given) -> None:
    # Where a tool's own defaults take an equal amount for evidence; a host that wants that says so.
    rows = (*case["left"], *case["right"])
    told = {"fuzzy_amount", "exact_amount", "rules"} & case["rule"].keys() or any(
        row.get("existing_match") for row in rows
    )
    signs = ("party", "reference", "payment_reference", "number", "check", "note", "text", "memo")
    if not told and not all(any(row.get(name) for row in case[side] for name in signs) for side in ("left", "right")):
        raise Declined("an-amount-alone-is-no-evidence")


def _excess(case: Given, line: Given) -> None:
    # Whether a tool settles more than is owed, or takes entries in order until a line is covered, is its own policy.
    party = line.get("party")
    owed = [Decimal(row["amount"]) for row in case["left"] if "amount" in row and row.get("party") == party]
    paid = Decimal(line["amount"])
    if party and abs(paid) > abs(sum(owed)) * (1 + Decimal(str(case["rule"].get("tolerance", 0))) / 100):
        raise Declined("an-excess-has-a-limit")
    sums = {sum(some) for size in range(1, len(owed) + 1) for some in itertools.combinations(owed, size)}
    if case["rule"].get("allow_payment_tolerance") is False and paid not in sums:
        raise Declined("no-greedy-selection")


def _pairs(result: Reconciliation) -> Pairs:
    return {(frozenset(match.expected), frozenset(match.received)) for match in result.matched}


def _wanted(case: Given) -> Pairs:
    return {(frozenset(pair["left"]), frozenset(pair["right"])) for pair in case["expected"]}


def _agree(wanted: Pairs, found: Pairs) -> None:
    assert wanted == found


KINDS: dict[str, Callable[[Given], None]] = {
    "allocation": allocation,
    "candidates_per_line": candidates_per_line,
    "group_predicate": group_predicate,
    "matching": matching,
    "pair_label": pair_label,
    "pair_predicate": pair_predicate,
    "party_resolution": party_resolution,
}
