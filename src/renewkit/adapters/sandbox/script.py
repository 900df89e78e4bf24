"""Scripts: what the sandbox does with an instrument, read from the instrument's own id.

    sbx_ok                                   pays
    sbx_decline_expired_card                 declines for ever, with this Stripe code
    sbx_decline_insufficient_funds_x2        declines the first two charges of this customer, then pays
    sbx_decline_do_not_honor_x1_each         declines the first charge of every invoice, then pays
    sbx_ok_x6_decline_expired_card           pays the first six charges of this customer, then declines for ever
    sbx_timeout                              pays, but the answer to a first request is lost
    sbx_lost                                 the first request of every charge is lost and nothing is booked
    sbx_outage_2024-03-10_2024-03-12         pays, except from the first day up to but without the second (UTC)

What follows a colon only tells instruments apart: `sbx_ok:card-17`.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final

import attrs

from renewkit.errors import ConfigurationError

__all__ = ["Script", "read_script"]

_DECLINE: Final = re.compile(r"sbx_decline_([a-z0-9_]+?)(?:_x([1-9]\d{0,3})(_each)?)?")
_WEARS_OUT: Final = re.compile(r"sbx_ok_x([1-9]\d{0,3})_decline_([a-z0-9_]+)")
_OUTAGE: Final = re.compile(r"sbx_outage_(\d{4}-\d\d-\d\d)_(\d{4}-\d\d-\d\d)")


@attrs.frozen(kw_only=True)
class Script:
    """What happens to the charges of an instrument.

    `declines` is the code of its refusals, None where it pays; `times` how many there are before it pays, None for
    ever, and `pays_first` how many charges it pays before it begins to refuse; `is_per_invoice` counts them anew for
    each invoice. `loses` says which half of a first exchange is lost, the `request` or the `answer`. From `outage[0]`
    up to but without `outage[1]` nobody answers.
    """

    declines: str | None = None
    times: int | None = None
    pays_first: int = 0
    is_per_invoice: bool = False
    loses: str = ""
    outage: tuple[datetime, datetime] | None = None

    def code_at(self, position: int) -> str | None:
        """Return the decline code for a charge with so many decided ones before it, None where it is paid.

        >>> script = read_script("sbx_decline_insufficient_funds_x2")
        >>> [script.code_at(position) for position in range(3)]
        ['insufficient_funds', 'insufficient_funds', None]
        """
        turn = position - self.pays_first
        return self.declines if turn >= 0 and (self.times is None or turn < self.times) else None

    def is_out(self, moment: datetime) -> bool:
        """Whether nobody answers at an instant."""
        return self.outage is not None and self.outage[0] <= moment < self.outage[1]


def read_script(instrument: str) -> Script:
    """Return the script that an instrument's id names.

    Raises `ConfigurationError` for any other id, without repeating it: it may be a real token that went astray.

    >>> read_script("sbx_decline_expired_card:card-17").declines
    'expired_card'
    """
    return _read(instrument.partition(":")[0])


@lru_cache(maxsize=256)
def _read(name: str) -> Script:
    if name == "sbx_ok":
        return Script()
    if name in ("sbx_timeout", "sbx_lost"):
        return Script(loses="answer" if name == "sbx_timeout" else "request")
    if match := _DECLINE.fullmatch(name):
        return Script(declines=match[1], times=int(match[2]) if match[2] else None, is_per_invoice=bool(match[3]))
    if match := _WEARS_OUT.fullmatch(name):
        return Script(declines=match[2], pays_first=int(match[1]))
    if match := _OUTAGE.fullmatch(name):
        return Script(outage=_outage(match[1], match[2]))
    remedy = "use sbx_ok, sbx_decline_<code>, sbx_decline_<code>_x2, sbx_timeout, sbx_lost or sbx_outage_<day>_<day>"
    raise ConfigurationError("an instrument of the sandbox", "an id that names no script", remedy)


def _outage(first: str, last: str) -> tuple[datetime, datetime]:
    try:
        start, end = (datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC) for day in (first, last))
    except ValueError as error:
        raise ConfigurationError("two calendar days of an outage", f"{first} and {last}", str(error)) from None
    if end <= start:
        raise ConfigurationError("an outage of at least one day", f"{first} to {last}", "the second day is exclusive")
    return start, end
