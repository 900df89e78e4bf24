"""Published matching cases of other tools through `renewkit.policies.reconcile`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from moneyed import Money
from outcome import Declined

from renewkit.policies.reconcile import MatchRules, Reconciliation, reconcile
from renewkit.values.entry import Entry

__all__ = ["KINDS"]

Given = dict[str, Any]
Pairs = set[tuple[frozenset[str], frozenset[str]]]

DAY = date(2024, 6, 1)
FINE = "CLF"  # four decimals, for amounts finer than a cent

# What a case asks for beyond matching: which lines take part, how a tool scores, what it does greedily.
BEYOND = {
    "direction": "lines-are-the-hosts-choice",
    "line_amount_gt": "lines-are-the-hosts-choice",
    "line_amount_between": "lines-are-the-hosts-choice",
    "text_not_contains": "lines-are-the-hosts-choice",
    "text_regex": "lines-are-the-hosts-choice",
    "only_journal_of": "lines-are-the-hosts-choice",
    "party_map": "parties-are-the-hosts-choice",
    "edit_distance_percent_of_longer": "distance-by-share",
    "drift_seconds": "days-not-seconds",
    "fx_tolerance": "one-tolerance-for-a-rate",
    "group": "one-reference-an-entry",
    "group_by": "groups-by-evidence",
    "write_off": "a-part-stays-a-part",
    "rules": "rules-have-defaults",
}


def candidates_per_line(case: Given) -> None:
    """Match each line alone, as those tools do."""
    _decline(case)
    for line in case["right"]:
        _excess(case, line)
    found: Pairs = set()
    for line in case["right"]:
        result = _run(case, [line])
        found |= _pairs(result)
    _agree(_wanted(case), found)


def matching(case: Given) -> None:
    """Match all at once."""
    if not case["left"]:
        assert [line["id"] for line in case["right"]] == [entry.id for entry in _run(case, case["right"]).unexpected]
        return
    _decline(case)
    for side in ("left", "right"):
        if not any(row.get(name) for row in case[side] for name in ("party", "reference", "check", "note", "text")):
            raise Declined("an-amount-alone-is-no-evidence")
    _agree(_wanted(case), _pairs(_run(case, case["right"])))


def pair_predicate(case: Given) -> None:
    """Ask whether two entries that agree in all but one field are matched."""
    _decline(case)
    if case["rule"].get("op") in {"greater_than", "less_than"}:
        raise Declined("a-payment-is-an-equality")
    if case["rule"].get("field") == "currency":
        raise Declined("iso-codes-are-upper-case")
    shared = {} if case["rule"].get("field") == "reference" or "all_of" in case["rule"] else {"reference": "R-100001"}
    left, right = ([{"amount": "1", **shared, **entry} for entry in case[side]] for side in ("left", "right"))
    _agree(_wanted(case), _pairs(_run({**case, "left": left}, right)))


def group_predicate(case: Given) -> None:
    """Ask whether entries of one payer sum to a line."""
    _decline(case)
    if case["rule"].get("field") != "amount":
        raise Declined("mixed-money-is-no-group")
    left, right = ([{"party": "Ada Byron", **entry} for entry in case[side]] for side in ("left", "right"))
    _agree(_wanted(case), _pairs(_run({**case, "left": left}, right)))


def pair_label(case: Given) -> None:
    """Ask about a document and a bank line; the sign of an expense is the bank's."""
    (document,), (line,) = case["left"], case["right"]
    if document["currency"] != line["currency"]:
        raise Declined("a-rate-is-given-or-nothing-is")
    sign = "-" if line["amount"].startswith("-") and not document["amount"].startswith("-") else ""
    left = {**document, "party": document["name"], "amount": sign + document["amount"]}
    _agree(_wanted(case), _pairs(_run({**case, "left": [left]}, [{**line, "party": line["name"]}])))


def _run(case: Given, lines: list[Given]) -> Reconciliation:
    rule = case["rule"]
    share = rule.get("drift_fraction_of_internal", rule.get("amount_drift_fraction", 0))
    percent = rule.get("tolerance", 0) if rule.get("tolerance_type", "percentage") == "percentage" else 0
    cents = str(rule.get("fuzzy_amount", "0"))
    rules = MatchRules(
        tolerance=str(share) if share else f"{percent}e-2",
        tolerance_minor=int(Money(cents, "USD").get_amount_in_sub_unit()),
        partial=False,
        early=int(rule.get("fuzzy_days", 10)),
        late=int(rule.get("fuzzy_days", 200)),
    )
    days = sorted(row["date"] for row in (*case["left"], *lines) if "date" in row)
    usual = date.fromisoformat(days[0]) if days else DAY
    expected, received = [_entry(row, usual) for row in case["left"]], [_entry(row, usual) for row in lines]
    return reconcile(expected, received, rules=rules)


def _entry(row: Given, usual: date) -> Entry:
    if "amount" not in row and "received" not in row:
        raise Declined("parties-are-the-hosts-choice")
    amount = str(row.get("amount", row.get("received")))
    _, _, decimals = amount.partition(".")
    try:
        code = row.get("currency", "EUR") if len(decimals) <= 2 and row.get("currency") != "GOL" else FINE
        money = Money(amount, code)
    except KeyError:
        raise Declined("only-iso-4217-money") from None
    on = date.fromisoformat(row["date"]) if "date" in row else usual + timedelta(days=row.get("date_offset_days", 0))
    reference = row.get("reference") or row.get("payment_reference") or row.get("number") or row.get("check")
    text = " ".join(row[name] for name in ("text", "memo", "note") if row.get(name))
    return Entry(row["id"], money, on, reference=reference, party=row.get("party"), text=text)


def _decline(case: Given) -> None:
    for key, rule in BEYOND.items():
        if key in case["rule"]:
            raise Declined(rule)
    rows = (*case["left"], *case["right"])
    if any({"foreign_amount", "company_amount", "base_amount"} & row.keys() for row in rows):
        raise Declined("a-rate-is-given-or-nothing-is")
    if any(row.get("existing_match") for row in rows):
        raise Declined("confirmed-lines-are-passed-as-previous")
    if any("<" in str(row.get("text", "")) for row in rows) and case["kind"] != "candidates_per_line":
        raise Declined("placeholder-in-the-case")


def _excess(case: Given, line: Given) -> None:
    # An overpayment without limit, or a greedy partial use of a line, is the tool's own policy.
    owed = sum(abs(Decimal(row["amount"])) for row in case["left"] if "amount" in row)
    if abs(Decimal(line["amount"])) > owed * (1 + Decimal(str(case["rule"].get("tolerance", 0))) / 100):
        raise Declined("an-excess-has-a-limit")
    if case["rule"].get("allow_payment_tolerance") is False:
        raise Declined("no-greedy-selection")


def _pairs(result: Reconciliation) -> Pairs:
    return {(frozenset(match.expected), frozenset(match.received)) for match in result.matched}


def _wanted(case: Given) -> Pairs:
    return {(frozenset(pair["left"]), frozenset(pair["right"])) for pair in case["expected"]}


def _agree(wanted: Pairs, found: Pairs) -> None:
    assert wanted == found


KINDS: dict[str, Callable[[Given], None]] = {
    "candidates_per_line": candidates_per_line,
    "group_predicate": group_predicate,
    "matching": matching,
    "pair_label": pair_label,
    "pair_predicate": pair_predicate,
}
