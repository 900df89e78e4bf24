"""Every error that renewkit raises, and what each one means.

A caller's bug raises; the world's mess (a bad bank line, a decline, an unmatched payment) is a value in the result.
Each error carries three parts, `expected`, `got` and `remedy`, and is also a subclass of the natural builtin::

    RenewkitError
    ├── InputError                     a value that cannot mean anything here
    │   ├── DateExpectedError          TypeError    a datetime, or no date at all, where a civil date belongs
    │   ├── InstantExpectedError       TypeError    a naive datetime, or no datetime at all, where an instant belongs
    │   ├── GranularityError           TypeError    instants where civil days belong, or the other way round
    │   ├── UnknownZoneError           ValueError   a zone that is neither an IANA name nor a fixed offset
    │   ├── MoneyExpectedError         TypeError    something else where Money belongs
    │   ├── ExactNumberError           TypeError    a float, or no number at all, where an exact number belongs
    │   ├── NonFiniteError             ValueError   NaN or infinity
    │   ├── UnknownCurrencyError       ValueError   a code that ISO 4217 does not know
    │   ├── CurrencyMismatchError      ValueError   two currencies in one sum
    │   ├── AmountPrecisionError       ValueError   an amount finer than its currency
    │   ├── WeightsError               ValueError   weights that cannot share an amount
    │   ├── RangeError                 ValueError   a number outside what it counts
    │   │   └── QuantityOutOfRangeError                 a quantity above the last tier of its price
    │   ├── TiersError                 ValueError   tiers that do not follow one another
    │   ├── EmptyPeriodError           ValueError   a period without a day
    │   ├── ReversedPeriodError        ValueError   a period that ends before it starts
    │   ├── OutOfScheduleError         LookupError  a day or boundary outside a cycle of listed dates
    │   ├── IdentifierError            ValueError   an id or key part that is empty or of the wrong type
    │   ├── HistoryError               ValueError   attempts out of order, twice the same, or later than now
    │   └── ConfigurationError         ValueError   options that contradict one another
    ├── StateError                     RuntimeError a verb that the present state does not allow
    ├── NotFoundError                  LookupError  an id that storage does not know
    ├── CodecError                     ValueError   a document that does not read back, with the path
    ├── ConflictError                  RuntimeError another writer was first
    │   └── IdempotencyMismatchError                the same key with other content
    └── StorageError                   OSError      storage that cannot serve, translated by its adapter

>>> from renewkit.errors import AmountPrecisionError
>>> print(AmountPrecisionError("an amount with at most 2 decimals", "USD 1.005", "settle it first"))
expected an amount with at most 2 decimals, got USD 1.005: settle it first
"""

from __future__ import annotations

__all__ = [
    "AmountPrecisionError",
    "CodecError",
    "ConfigurationError",
    "ConflictError",
    "CurrencyMismatchError",
    "DateExpectedError",
    "EmptyPeriodError",
    "ExactNumberError",
    "GranularityError",
    "HistoryError",
    "IdempotencyMismatchError",
    "IdentifierError",
    "InputError",
    "InstantExpectedError",
    "MoneyExpectedError",
    "NonFiniteError",
    "NotFoundError",
    "OutOfScheduleError",
    "QuantityOutOfRangeError",
    "RangeError",
    "RenewkitError",
    "ReversedPeriodError",
    "StateError",
    "StorageError",
    "TiersError",
    "UnknownCurrencyError",
    "UnknownZoneError",
    "WeightsError",
]


class RenewkitError(Exception):
    """The root: what was expected, what came, and what to do about it."""

    def __init__(self, expected: str, got: object, remedy: str) -> None:
        """Keep the three parts as attributes and as `args`, so that an error pickles."""
        super().__init__(expected, got, remedy)
        self.expected = expected
        self.got = got
        self.remedy = remedy

    def __str__(self) -> str:
        """Return the one-line message."""
        got = self.got if isinstance(self.got, str) else repr(self.got)
        return f"expected {self.expected}, got {got}: {self.remedy}"


class InputError(RenewkitError):
    """A value that cannot mean anything where it was given."""


class DateExpectedError(InputError, TypeError):
    """A datetime, or no date at all, where a civil date belongs."""


class InstantExpectedError(InputError, TypeError):
    """A naive datetime, or no datetime at all, where an instant belongs."""


class GranularityError(InputError, TypeError):
    """Instants where civil days belong, or the other way round."""


class UnknownZoneError(InputError, ValueError):
    """A zone that is neither an IANA name nor a fixed offset."""


class MoneyExpectedError(InputError, TypeError):
    """Something else where Money belongs."""


class ExactNumberError(InputError, TypeError):
    """A float, or no number at all, where an exact number belongs."""


class NonFiniteError(InputError, ValueError):
    """NaN or infinity."""


class UnknownCurrencyError(InputError, ValueError):
    """A code that ISO 4217 does not know, or that names no money."""


class CurrencyMismatchError(InputError, ValueError):
    """Two currencies in one sum."""


class AmountPrecisionError(InputError, ValueError):
    """An amount finer than its currency's minor unit."""


class WeightsError(InputError, ValueError):
    """Weights that cannot share an amount: none, negative, or all zero."""


class RangeError(InputError, ValueError):
    """A number outside the range of what it counts."""


class QuantityOutOfRangeError(RangeError):
    """A quantity above the last tier of its price."""


class TiersError(InputError, ValueError):
    """Tiers that do not follow one another: none, unsorted, overlapping, or an open one before the last."""


class EmptyPeriodError(InputError, ValueError):
    """A period without a day."""


class ReversedPeriodError(InputError, ValueError):
    """A period that ends before it starts."""


class OutOfScheduleError(InputError, LookupError):
    """A day or a boundary outside a cycle of listed dates."""


class IdentifierError(InputError, ValueError):
    """An id or a part of a key that is empty or of the wrong type."""


class HistoryError(InputError, ValueError):
    """A history that cannot have happened: out of order, the same twice, or later than now."""


class ConfigurationError(InputError, ValueError):
    """Options that contradict one another."""


class StateError(RenewkitError, RuntimeError):
    """A verb that the present state does not allow."""


class NotFoundError(RenewkitError, LookupError):
    """An id that storage does not know."""


class CodecError(RenewkitError, ValueError):
    """A document that does not read back; `got` starts with the path."""


class ConflictError(RenewkitError, RuntimeError):
    """Another writer was first; nothing was changed."""


class IdempotencyMismatchError(ConflictError):
    """The same key came with other content; nothing was changed."""


class StorageError(RenewkitError, OSError):
    """Storage that cannot serve: locked, read-only, full or unreachable."""

    def __str__(self) -> str:
        """Return the one-line message, which `OSError` would otherwise render as an errno."""
        return RenewkitError.__str__(self)
