"""How many cycles a stretch of service is, stubs included."""

from __future__ import annotations

from fractions import Fraction

from renewkit.errors import ConfigurationError
from renewkit.policies.cycle.every import Every
from renewkit.values.daycount import ProrationPolicy, StubReference
from renewkit.values.period import Period, ServicePeriod

__all__ = ["measured", "reference_of"]


def measured(service: ServicePeriod, policy: ProrationPolicy, every: Every | None) -> Fraction:
    """Return how many whole cycles a service period costs under a policy.

    >>> from datetime import date
    >>> from renewkit.policies.cycle import MONTHLY
    >>> february = Period(date(2024, 2, 1), date(2024, 3, 1))
    >>> measured(ServicePeriod(Period(date(2024, 2, 1), date(2024, 2, 15)), february), ProrationPolicy(), MONTHLY)
    Fraction(14, 29)
    """
    if not service.is_stub or policy.stub_reference is StubReference.CYCLE:
        return policy.service_share(service)
    period, cycle = service.period, service.reference
    charges = {policy.leading_stub} if period.start > cycle.start else set()
    if period.end < cycle.end:
        charges.add(policy.trailing_stub)
    of = reference_of(service, policy.stub_reference, every)
    return policy.stub_share(period, of=of, charges=frozenset(charges))


def reference_of(service: ServicePeriod, by: StubReference, every: Every | None) -> Period:
    """Return the whole that a stub is measured against.

    A stub that starts late touches its cycle's end, any other its start. Raises `ConfigurationError` for a cycle of
    listed dates, whose stubs know no length but their own cycle's.

    >>> from datetime import date
    >>> from renewkit.policies.cycle import MONTHLY
    >>> stub = ServicePeriod(Period(date(2024, 3, 10), date(2024, 3, 31)), Period(date(2024, 2, 29), date(2024, 3, 31)))
    >>> [str(reference_of(stub, by, MONTHLY)) for by in (StubReference.FROM_START, StubReference.EDGE)]
    ['[2024-03-10, 2024-04-10)', '[2024-02-29, 2024-03-31)']
    """
    period, cycle = service.period, service.reference
    if by is StubReference.CYCLE:
        return cycle
    if every is None:
        raise ConfigurationError("stubs measured by their own cycle", by.name, "use StubReference.CYCLE")
    if by is StubReference.EDGE and period.start > cycle.start:
        return Period(every.shift(period.end, -1), period.end)
    return Period(period.start, every.shift(period.start))
