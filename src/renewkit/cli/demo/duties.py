"""What the demo shows of duties: notices that the law requires, overdue states, and late fees."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import attrs

from renewkit.values.money import total

if TYPE_CHECKING:
    from collections.abc import Iterable

    from renewkit.books.audit import Fact
    from renewkit.books.invoice import Invoice

__all__ = ["Duties", "count_duties"]


@attrs.frozen(kw_only=True)
class Duties:
    """Rows of tables: (rule, notices given), (overdue state, times entered), and late fees by currency."""

    notices: tuple[tuple[str, int], ...]
    states: tuple[tuple[str, int], ...]
    late_fees: tuple[tuple[str, int, str, str], ...]


def count_duties(facts: Iterable[Fact], invoices: Iterable[Invoice]) -> Duties:
    """Return what the audit trail and the fee invoices say."""
    notices: Counter[str] = Counter()
    states: Counter[str] = Counter()
    for fact in facts:
        detail = dict(fact.detail)
        if fact.kind == "message.sent":
            notices.update(filter(None, detail.get("rules", "").split(", ")))
        elif "state" in detail:
            states[detail["state"]] += 1
    fees = [bill for bill in invoices if bill.fee_for is not None]
    return Duties(
        notices=tuple(sorted(notices.items())),
        states=tuple(sorted(states.items())),
        late_fees=tuple(_row(code, fees) for code in sorted({bill.currency.code for bill in fees})),
    )


def _row(code: str, fees: list[Invoice]) -> tuple[str, int, str, str]:
    own = [bill for bill in fees if bill.currency.code == code]
    billed, paid = (total(amounts, code) for amounts in ((bill.total for bill in own), (bill.paid for bill in own)))
    return code, len(own), str(billed.amount), str(paid.amount)
