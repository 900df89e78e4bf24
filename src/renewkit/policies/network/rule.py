"""Network rules as values: what a network, a clearing house or a regulator forbids, from when, and who says so.

The rules that ship stand in `renewkit/values/data/network_rules.csv`. A host adds its own, or replaces one by its id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import Enum
from functools import cache
from typing import Final

import attrs
import pendulum
from moneyed import Money

from renewkit.errors import ConfigurationError
from renewkit.values.data import table
from renewkit.values.decline import Decline, visa_category
from renewkit.values.moments import civil_date, zone_name
from renewkit.values.money import usd
from renewkit.values.number import whole

__all__ = ["ANY", "NetworkAct", "NetworkRule", "packaged_rules"]

ANY: Final = "*"
_ALWAYS: Final = pendulum.Date(1, 1, 1)
_CARDS: Final = ("visa", "mastercard")


class NetworkAct(Enum):
    """What a rule does."""

    FORBID = "forbid"
    """After one of `codes`, no retry within `window`."""
    ONLY = "only"
    """A retry only after one of `codes`."""
    CAP_DECLINES = "cap_declines"
    """At most `limit` declines in any `window`, over all invoices."""
    CAP_REATTEMPTS = "cap_reattempts"
    """At most `limit` tries that follow a decline in any `window`, over all invoices."""
    CAP_ENTRY = "cap_entry"
    """At most `limit` retries of one invoice."""
    DAYS_SINCE = "days_since"
    """No retry later than `limit` civil days after the first attempt on the invoice."""
    ONE_A_DAY = "one_a_day"
    """Tries of one invoice on different civil days."""
    AROUND_DUE = "around_due"
    """Only from `limit` civil days before the due day to the due day."""
    NOTICE = "notice"
    """A notice at least `window` before each debit."""
    NOTICE_AFTER = "notice_after"
    """More than `limit` working days after the first attempt, a notice at least `window` before the debit."""
    AMOUNT = "amount"
    """Above `limit` units of the currency in `codes`, the payer must authenticate."""
    CLOCK = "clock"
    """Only within the stretches of the day in `codes`."""


_NEEDS: Final = {
    NetworkAct.FORBID: ("codes", "window"),
    NetworkAct.ONLY: ("codes",),
    NetworkAct.CAP_DECLINES: ("limit", "window"),
    NetworkAct.CAP_REATTEMPTS: ("limit", "window"),
    NetworkAct.CAP_ENTRY: ("limit",),
    NetworkAct.DAYS_SINCE: ("limit",),
    NetworkAct.ONE_A_DAY: (),
    NetworkAct.AROUND_DUE: ("limit",),
    NetworkAct.NOTICE: ("window",),
    NetworkAct.NOTICE_AFTER: ("limit", "window"),
    NetworkAct.AMOUNT: ("codes", "limit"),
    NetworkAct.CLOCK: ("codes",),
}


def _codes(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(codes)


@attrs.frozen
class NetworkRule:
    """One rule of a network in a region: `*` stands for any. In force on the days `[since, until)`.

    `codes` name declines (`R01`, `category:1`, `advice:03`, `cause:funds`), for `CLOCK` stretches such as
    `13:00-17:00` and for `AMOUNT` a currency. `same_amount` counts only attempts with the same amount. `fee` is what
    a forbidden attempt costs. `confidence` is `high`, `medium` or `low`; a rule of low confidence is off until its id
    is switched on. `merchants` are the classes of merchants that the rule is for, all where none is named; for them it
    holds instead of the rule whose id is `instead_of`.

    >>> month = timedelta(days=30)
    >>> cap = NetworkRule("ours", NetworkAct.CAP_DECLINES, network="visa", limit=10, window=month, reason="cap_30d")
    >>> cap.holds_on(date(2026, 1, 1))
    True
    """

    id: str
    act: NetworkAct
    network: str = attrs.field(default=ANY, kw_only=True)
    region: str = attrs.field(default=ANY, kw_only=True)
    codes: tuple[str, ...] = attrs.field(default=(), converter=_codes, kw_only=True)
    limit: int | None = attrs.field(default=None, kw_only=True)
    window: timedelta | None = attrs.field(default=None, kw_only=True)
    same_amount: bool = attrs.field(default=False, kw_only=True)
    zone: str = attrs.field(default="UTC", converter=zone_name, kw_only=True)
    since: pendulum.Date = attrs.field(default=_ALWAYS, converter=civil_date, kw_only=True)
    until: pendulum.Date | None = attrs.field(
        default=None, converter=attrs.converters.optional(civil_date), kw_only=True
    )
    reason: str = attrs.field(kw_only=True)
    fee: Money | None = attrs.field(default=None, kw_only=True)
    merchants: tuple[str, ...] = attrs.field(default=(), converter=_codes, kw_only=True)
    instead_of: str | None = attrs.field(default=None, kw_only=True)
    confidence: str = attrs.field(default="high", kw_only=True)
    source: str = attrs.field(default="the host's own", kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse a rule that lacks what its act needs, or that is never in force."""
        missing = [name for name in _NEEDS[self.act] if not getattr(self, name) and getattr(self, name) != 0]
        if missing:
            raise ConfigurationError(
                f"{', '.join(missing)} in a rule of act {self.act.value}", self.id, "complete the rule"
            )
        if self.limit is not None:
            whole(self.limit, least=0, name="limit")
        if self.window is not None and self.window <= timedelta(0):
            raise ConfigurationError("a window of time", f"{self.id}: {self.window}", "choose hours or days")
        if self.until is not None and self.until <= self.since:
            raise ConfigurationError(
                "an end after the beginning", f"{self.id}: [{self.since}, {self.until})", "correct the days"
            )

    def holds_on(self, day: date) -> bool:
        """Whether the rule is in force on a day."""
        return self.since <= day and (self.until is None or day < self.until)

    def binds(self, network: str | None, region: str | None) -> bool:
        """Whether the rule concerns an instrument; one whose network nobody named counts as any card.

        >>> packaged_rules()[0].binds("visa", "US"), packaged_rules()[0].binds("ach", "US")
        (True, False)
        """
        ours = self.network in (ANY, network) or (network is None and self.network in _CARDS)
        return ours and self.region in (ANY, region)

    def names(self, decline: Decline) -> bool:
        """Whether a decline carries one of the rule's codes.

        >>> from renewkit.values.decline import classify
        >>> packaged_rules()[0].names(classify("iso8583", "41"))
        True
        """
        marks = {decline.code, decline.network, f"cause:{decline.cause.value}"}
        if decline.advice is not None:
            marks.add(f"advice:{decline.advice}")
        if any(code.startswith("category:") for code in self.codes):
            marks.add(f"category:{visa_category(decline)}")
        return not marks.isdisjoint(self.codes)


@cache
def packaged_rules() -> tuple[NetworkRule, ...]:
    """Return the rules that ship with the package.

    >>> packaged_rules()[0].id
    'visa-category-1'
    """
    return tuple(map(_rule, table("network_rules")))


def _rule(row: Mapping[str, str]) -> NetworkRule:
    return NetworkRule(
        row["id"],
        NetworkAct(row["act"]),
        network=row["network"],
        region=row["region"],
        codes=row["codes"].split(),
        limit=int(row["limit"]) if row["limit"] else None,
        window=timedelta(hours=int(row["hours"])) if row["hours"] else None,
        same_amount=bool(row["same_amount"]),
        zone=row["zone"],
        since=date.fromisoformat(row["since"]),
        until=date.fromisoformat(row["until"]) if row["until"] else None,
        reason=row["reason"],
        fee=usd(row["fee_usd"]) if row["fee_usd"] else None,
        merchants=row["merchants"].split(),
        instead_of=row["instead_of"] or None,
        confidence=row["confidence"],
        source=row["source"],
    )
