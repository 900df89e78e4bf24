"""The constants of the recovery simulator, each tagged as sourced or assumed.

No public data set of real retry outcomes exists, so levels are not to be trusted; rankings of policies under a
sweep of the assumed constants are.
"""

from __future__ import annotations

import json
from difflib import get_close_matches
from typing import Final

import attrs

from renewkit.errors import ConfigurationError, ExactNumberError

__all__ = ["TAGS", "Constants", "constants_from"]


@attrs.frozen(kw_only=True)
class Constants:
    """What the simulated world is like; shares lie in [0, 1], times are days unless they say hours."""

    share_funds: float = 0.45
    share_bank: float = 0.31
    share_technical: float = 0.06
    share_limit: float = 0.04
    share_stale: float = 0.08
    share_stolen: float = 0.04
    share_authentication: float = 0.02
    bank_hides_funds: float = 0.50
    bank_hides_risk: float = 0.25
    never_funded: float = 0.28
    half_life: float = 5.0
    pays_last: float = 0.20
    pays_first: float = 0.15
    pays_fifteenth: float = 0.10
    pays_twice: float = 0.20
    pays_fortnightly: float = 0.20
    pays_on_tenth: float = 0.0
    technical_hours: float = 4.0
    risk_hours: float = 48.0
    limit_is_daily: float = 0.5
    updated: float = 0.20
    reachable: float = 0.46
    hazard: float = 0.035
    horizon: float = 31.0
    fatigue: float = 0.93
    mastercard: float = 0.4
    says_never: float = 0.5
    mean_amount: float = 32.0
    attempt_cost: float = 0.04
    never_fee: float = 0.10
    excess_fee: float = 0.50

    def __attrs_post_init__(self) -> None:
        """Refuse shares outside [0, 1] or beyond a whole, and times and amounts that are not positive."""
        for field in attrs.fields(Constants):
            value = getattr(self, field.name)
            if not 0 <= value <= _MOST.get(field.name, 1.0) or (field.name in _POSITIVE and value == 0):
                got = f"{field.name}={value}"
                raise ConfigurationError(
                    "a share from 0 to 1, or a positive amount or time", got, "correct the constant"
                )
        for group in (_CAUSES, _PATTERNS):
            total = sum(getattr(self, name) for name in group)
            if total > 1 + 1e-9:
                got = f"{total} as the sum of {', '.join(group)}"
                raise ConfigurationError(
                    "shares that sum to at most 1", got, "lower one; what is left is the remaining kind"
                )


_LARGEST: Final = 10**9
"""Beyond the most that any constant may be."""
_POSITIVE: Final = ("half_life", "technical_hours", "risk_hours", "mean_amount", "fatigue", "horizon")
_MOST: Final = {
    "half_life": 365.0,
    "technical_hours": 1000.0,
    "risk_hours": 1000.0,
    "horizon": 366.0,
    "mean_amount": 1e6,
    "attempt_cost": 100.0,
    "never_fee": 100.0,
    "excess_fee": 100.0,
}
_CAUSES: Final = (
    "share_funds",
    "share_bank",
    "share_technical",
    "share_limit",
    "share_stale",
    "share_stolen",
    "share_authentication",
)
_PATTERNS: Final = ("pays_last", "pays_first", "pays_fifteenth", "pays_twice", "pays_fortnightly", "pays_on_tenth")

TAGS: Final[dict[str, tuple[str, str]]] = {
    "share_funds": (
        "sourced",
        "51 and 05 make about 76 % of declined volume (churnward, quoting Visa and Adyen): roughly",
    ),
    "share_bank": ("sourced", "as share_funds"),
    "share_technical": ("assumed", "the rest of the mix"),
    "share_limit": ("assumed", "the rest of the mix"),
    "share_stale": ("assumed", "the rest of the mix"),
    "share_stolen": ("assumed", "the rest of the mix"),
    "share_authentication": ("assumed", "the rest of the mix"),
    "bank_hides_funds": ("sourced", "about half of 05 is hidden lack of funds (as share_funds)"),
    "bank_hides_risk": ("assumed", "half of what is left is a temporary risk decision, the other half never clears"),
    "never_funded": ("assumed", "payers who will not have the money in the horizon"),
    "half_life": ("assumed", "days after a pay day until half of the accounts are too low"),
    "pays_last": ("assumed", "paid on the last day of the month"),
    "pays_first": ("assumed", "paid on the first"),
    "pays_fifteenth": ("assumed", "paid on the fifteenth"),
    "pays_twice": ("assumed", "paid on the first and the fifteenth"),
    "pays_fortnightly": (
        "assumed",
        "paid every second Friday; who is left is paid irregularly, every 14 days on average",
    ),
    "pays_on_tenth": ("assumed", "paid on the tenth; for the misspecified run"),
    "technical_hours": ("assumed", "mean time until a technical failure clears, exponential"),
    "risk_hours": ("assumed", "mean time until a risk decision clears, exponential"),
    "limit_is_daily": ("assumed", "limits that clear at midnight; the others at the month's start"),
    "updated": ("assumed", "stale cards that the network's account updater renews"),
    "reachable": ("assumed", "payers who read what they are sent"),
    "hazard": ("assumed", "of these, the share that pays by itself on a day"),
    "horizon": ("assumed", "days for which a failed charge is followed: until the next renewal, or the end of grace"),
    "fatigue": ("assumed", "factor on the chance of each further attempt"),
    "mastercard": ("assumed", "share of Mastercard; the rest is Visa"),
    "says_never": ("assumed", "share of hopeless bank declines on Mastercard that carry advice 03"),
    "mean_amount": ("assumed", "mean invoice in USD"),
    "attempt_cost": ("assumed", "USD per attempt"),
    "never_fee": ("sourced", "Visa category 1, printed as USD 0.10 to 0.25"),
    "excess_fee": ("sourced", "Mastercard excessive attempts, USD 0.50 since 2025"),
}
"""Where each constant comes from: `sourced` or `assumed`, and a word on it."""


def constants_from(text: str) -> Constants:
    """Return the constants of a JSON object `{"half_life": 2, …}`; what it leaves out keeps its default.

    Raises `ConfigurationError` for an unknown name and `ExactNumberError` for a value that is no number.

    >>> constants_from('{"half_life": 2}').half_life
    2.0
    """
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigurationError("a JSON object of constants", str(error), "write names and numbers") from None
    known = [field.name for field in attrs.fields(Constants)]
    if not isinstance(body, dict):
        raise ConfigurationError("a JSON object of constants", text[:60], 'write names and numbers: {"half_life": 2}')
    for name in sorted(body.keys() - set(known)):
        near = get_close_matches(name, known, n=1)
        remedy = f"write {near[0]}" if near else f"name one of {', '.join(sorted(known))}"
        raise ConfigurationError("constants of the simulator", name, remedy)
    for name, value in body.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > _LARGEST:
            raise ExactNumberError(f"a number for {name}", str(value)[:60], "write a JSON number")
    return Constants(**{name: float(value) for name, value in body.items()})
