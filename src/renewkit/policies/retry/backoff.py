"""Backoff: how long to wait after a technical failure, when nobody refused anything."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import attrs

from renewkit.errors import ConfigurationError
from renewkit.values.number import fraction, whole

__all__ = ["Backoff"]

_LONGEST = timedelta(days=366)


@attrs.frozen
class Backoff:
    """Waits that grow: `first`, then `factor` times the one before, never longer than `limit`.

    The first `steady` failures all wait `first`. After `tries` failures in a row the ladder of declines takes over. A
    factor below 1 and a wait that is not positive are a `ConfigurationError`.

    >>> [str(Backoff(timedelta(minutes=5), 2).wait(failures)) for failures in (1, 2, 3)]
    ['0:05:00', '0:10:00', '0:20:00']
    """

    first: timedelta = timedelta(hours=1)
    factor: Fraction = attrs.field(default=Fraction(4), converter=fraction)
    limit: timedelta | None = timedelta(days=1)
    tries: int = attrs.field(default=4, kw_only=True)
    steady: int = attrs.field(default=1, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse waits that shrink or never begin."""
        whole(self.tries, least=0, most=1000, name="tries")
        whole(self.steady, least=1, name="steady failures")
        if self.first <= timedelta(0):
            raise ConfigurationError("a first wait that is positive", str(self.first), "choose minutes or hours")
        if self.factor < 1:
            raise ConfigurationError("a factor of 1 or more", str(self.factor), "waits after failures must not shrink")
        if self.first > (_LONGEST if self.limit is None else self.limit):
            raise ConfigurationError(
                "a first wait within the limit", str(self.first), "choose a shorter one, or a longer limit"
            )

    def wait(self, failures: int) -> timedelta | None:
        """Return how long to wait after so many technical failures in a row, None when the tries are used up.

        >>> Backoff(tries=2).wait(3) is None
        True
        """
        whole(failures, least=1, name="failures in a row")
        if failures > self.tries:
            return None
        grown, limit = self.first, _LONGEST if self.limit is None else self.limit
        for _ in range(failures - self.steady):
            if grown >= limit:
                break
            grown = grown * self.factor.numerator // self.factor.denominator
        return min(grown, limit)
