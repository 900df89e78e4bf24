"""Laws of renewals: what is previewed tiles the contract, and is what will be billed.

>>> from itertools import islice
>>> from renewkit.books.renewal import renewals
>>> from renewkit.testing.storage.samples import contract
>>> renewals_tile(contract(), list(islice(renewals("default", contract()), 3)))
>>> a_total_is_the_sum_of_its_lines(next(renewals("default", contract())))
>>> a_preview_is_what_is_billed(contract(), list(islice(renewals("default", contract()), 3)))
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from renewkit.books.renewal import Renewal, price_lines
from renewkit.books.subscription import Subscription
from renewkit.values.money import settle, to_minor

__all__ = ["a_preview_is_what_is_billed", "a_total_is_the_sum_of_its_lines", "renewals_tile"]


def renewals_tile(contract: Subscription, renewals: Sequence[Renewal]) -> None:
    """Periods follow one another without a gap from the first day that is not billed, each within one cycle.

    Where `renewals` are all that come, the last one ends on the contract's final day.
    """
    day, final = contract.billed_until, contract.final_day
    for renewal in renewals:
        period = renewal.period
        assert day == period.start, f"a gap or an overlap: {period} does not start on {day}"
        assert period.end <= contract.cycle.period_at(day).end, f"{period} reaches into the next cycle"
        assert final is None or period.end <= final, f"{period} reaches beyond the final day {final}"
        day = period.end
    assert contract.service_from(day) is None or final is None or day < final, f"service after {final}"


def a_total_is_the_sum_of_its_lines(renewal: Renewal) -> None:
    """Each line is settled once, and the total sums the settled lines."""
    for line in renewal.lines:
        due = settle(line.exact, rounding=line.rounding)
        assert due == line.amount, f"{line.item}: {line.exact} settles to {due}, not {line.amount}"
    billed = sum(to_minor(line.amount) for line in renewal.lines)
    assert to_minor(renewal.total) == billed, f"lines of {billed} in a total of {renewal.total}"


def a_preview_is_what_is_billed(contract: Subscription, renewals: Sequence[Renewal]) -> None:
    """Each renewal has the lines, keys included, that the contract bills when its day has come."""
    for renewal in renewals:
        then = attrs.evolve(contract, standing=attrs.evolve(contract.standing, billed_until=renewal.period.start))
        service = then.service_from(renewal.period.start)
        assert service is not None, f"no service from {renewal.period.start}"
        assert renewal.period == service.period, f"previewed {renewal.period}, billed {service.period}"
        lines = price_lines("default", then, service)
        assert lines == renewal.lines, f"previewed {renewal.lines}, billed {lines}"
