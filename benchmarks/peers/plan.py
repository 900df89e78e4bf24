"""One renewal as it is written today: relativedelta, Money arithmetic, dictionaries, a list of things to do.

The twin issues the invoice, explains it, charges it, sets up reminders and writes facts with hashes, as `plan` does.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from dateutil.tz import gettz
from moneyed import Money

__all__ = ["naive_invoice", "naive_plan"]


def naive_invoice(contract: dict[str, Any], start: date, end: date) -> dict[str, Any]:
    """Return the invoice of a period: each tier's part multiplied and added up in Money, with its reason."""
    lines = []
    for item in contract["items"]:
        amount, left, floor, why = Money(0, "USD"), item["quantity"], 0, []
        for limit, unit in item["tiers"]:
            size = left if limit is None else min(left, limit - floor)
            if size <= 0:
                break
            amount += unit * size
            why.append(f"{size} x {unit}")
            left -= size
            floor = limit or floor
        key = _key("item", contract["id"], start.isoformat(), item["id"])
        lines.append({"id": key, "item": item["id"], "amount": amount.round(2), "why": why, "period": (start, end)})
    total = sum((line["amount"] for line in lines), Money(0, "USD"))
    key = _key("inv", *sorted(line["id"] for line in lines))
    return {"id": key, "lines": lines, "total": total, "issued_on": start, "due_on": start, "state": "finalised"}


def naive_plan(contract: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Return what is to be done for a contract now: step from period to period, and look at every reminder."""
    zone = gettz(contract["zone"])
    period, effects, facts, previous = 0, [], [], ""
    while True:
        start = contract["anchor"] + relativedelta(months=period)
        end = contract["anchor"] + relativedelta(months=period + 1)
        opens = datetime(start.year, start.month, start.day, tzinfo=zone)
        if opens > now:
            break
        if start >= contract["billed_until"]:
            invoice = naive_invoice(contract, start, end)
            effects.append(
                {"kind": "charge", "key": _key("chg", invoice["id"], "1"), "amount": invoice["total"], "at": now}
            )
            for kind, detail in (
                ("invoice.issued", {"invoice": invoice["id"], "total": str(invoice["total"])}),
                ("charge.asked", {"invoice": invoice["id"], "key": effects[-1]["key"]}),
            ):
                body = json.dumps([previous, kind, now.isoformat(), detail], sort_keys=True)
                previous = hashlib.sha256(body.encode()).hexdigest()
                facts.append({"kind": kind, "detail": detail, "hash": previous})
            effects += naive_reminders(contract, invoice, now)
        period += 1
    return {"invoice": invoice, "effects": effects, "facts": facts, "due": opens}


def naive_reminders(contract: dict[str, Any], invoice: dict[str, Any], now: datetime) -> list[dict[str, Any]]:
    """Return the reminders whose time has come, each at nine in the customer's zone."""
    found = []
    for kind, days in contract["reminders"]:
        day = invoice["due_on"] + timedelta(days=days)
        at = datetime(day.year, day.month, day.day, 9, tzinfo=gettz(contract["zone"]))
        if contract["looked"] < at <= now:
            found.append({"kind": kind, "key": _key("rem", invoice["id"], kind, str(days)), "at": at})
    return found


def _key(*parts: str) -> str:
    return parts[0] + "_" + hashlib.sha256("\x1f".join(parts[1:]).encode()).hexdigest()[:26]
