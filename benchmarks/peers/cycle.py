"""Billing boundaries as applications write them with pendulum and with dateutil."""

from __future__ import annotations

from datetime import date

import pendulum
from dateutil.relativedelta import relativedelta

__all__ = ["pendulum_boundary", "pendulum_instant", "pendulum_period_at", "relativedelta_boundary"]


def pendulum_boundary(anchor: pendulum.Date, k: int) -> pendulum.Date:
    """Add k months to the anchor."""
    return anchor.add(months=k)


def relativedelta_boundary(anchor: date, k: int) -> date:
    """Add k months to the anchor."""
    return anchor + relativedelta(months=k)


def pendulum_period_at(anchor: pendulum.Date, day: pendulum.Date) -> tuple[pendulum.Date, pendulum.Date]:
    """Count the months between, then look whether a clamped boundary lies there."""
    k = anchor.diff(day, abs=False).in_months()
    start, end = anchor.add(months=k), anchor.add(months=k + 1)
    if end <= day:
        return end, anchor.add(months=k + 2)
    if start > day:
        return anchor.add(months=k - 1), start
    return start, end


def pendulum_instant(anchor: pendulum.Date, k: int, zone: str) -> pendulum.DateTime:
    """Add k months and build the midnight of that day in the zone."""
    day = anchor.add(months=k)
    return pendulum.datetime(day.year, day.month, day.day, tz=zone)
