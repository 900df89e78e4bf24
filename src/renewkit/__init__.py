"""Subscription renewals that are exact, explainable and safe to run again.

The everyday names stand here and are loaded when they are first used, so that `import renewkit` costs next to nothing.
Adapters are imported from their own modules (`from renewkit.adapters.sql import SqlStorage`).

A new name is written in three places: the imports for type checkers, `__all__`, and the table of homes.

>>> from renewkit import usd
>>> print(usd("5.00").amount)
5.00
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from renewkit.errors import RenewkitError
    from renewkit.values.line import Line, Quote
    from renewkit.values.moments import resolve
    from renewkit.values.money import ExactMoney, Rounding, settle, split, usd
    from renewkit.values.period import Period, ServicePeriod, Span
    from renewkit.values.problem import Problem

__all__ = [
    "ExactMoney",
    "Line",
    "Period",
    "Problem",
    "Quote",
    "RenewkitError",
    "Rounding",
    "ServicePeriod",
    "Span",
    "resolve",
    "settle",
    "split",
    "usd",
]

_HOMES = {
    "ExactMoney": "renewkit.values.money",
    "Line": "renewkit.values.line",
    "Period": "renewkit.values.period",
    "Problem": "renewkit.values.problem",
    "Quote": "renewkit.values.line",
    "RenewkitError": "renewkit.errors",
    "Rounding": "renewkit.values.money",
    "ServicePeriod": "renewkit.values.period",
    "Span": "renewkit.values.period",
    "resolve": "renewkit.values.moments",
    "settle": "renewkit.values.money",
    "split": "renewkit.values.money",
    "usd": "renewkit.values.money",
}


def __getattr__(name: str) -> object:
    """Load an everyday name from its home, once."""
    if name not in _HOMES:
        message = f"module 'renewkit' has no attribute {name!r}"
        raise AttributeError(message)
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the everyday names, loaded or not."""
    return list(__all__)
