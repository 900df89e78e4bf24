"""Entries of two books that ought to agree: what is expected, what was received, and what a processor settled.

`Entry` is one line that a person looks at; `Entries` is a whole side as plain columns, so that a million lines cost
no object each. A mistake in an `Entry` raises where it is made; a mistake in a column becomes a `Problem`, and the
other rows go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import repeat
from typing import Final, Self, TypeVar, overload

import attrs
import pendulum
from moneyed import Money

from renewkit.errors import ConfigurationError, CurrencyMismatchError, ExactNumberError
from renewkit.values.currency import MINOR_UNITS
from renewkit.values.ids import identifier
from renewkit.values.moments import civil_date
from renewkit.values.money import from_minor, money_in, to_minor
from renewkit.values.problem import Problem

__all__ = ["Entries", "Entry", "Settlement"]

_LAST_DAY: Final = date.max.toordinal()
_INT: Final = frozenset((int,))

_T = TypeVar("_T")


@attrs.frozen
class Entry:
    """One line of a book: an amount on a day; positive is money to us on both sides.

    `reference` is what identifies the payment (an invoice number, a creditor reference), `party` who pays, `text` the
    free text of a bank line. `fee` is what a processor kept of the amount, where the line says so. Raises the errors
    of `identifier`, `money` and `civil_date`, and `CurrencyMismatchError` for a fee in another currency.

    >>> from renewkit.values.money import usd
    >>> Entry("inv_1", usd("29.99"), date(2024, 3, 1), reference="INV-0001", party="Ada Byron").amount
    Money('29.99', 'USD')
    """

    id: str = attrs.field(converter=identifier)
    amount: Money = attrs.field(converter=money_in)
    on: pendulum.Date = attrs.field(converter=civil_date)
    reference: str | None = attrs.field(default=None, kw_only=True)
    party: str | None = attrs.field(default=None, kw_only=True)
    text: str = attrs.field(default="", kw_only=True)
    fee: Money | None = attrs.field(default=None, kw_only=True, converter=attrs.converters.optional(money_in))

    def __attrs_post_init__(self) -> None:
        """Refuse a fee in another currency."""
        if self.fee is not None and self.fee.currency != self.amount.currency:
            remedy = "convert the fee first, or leave it out"
            raise CurrencyMismatchError(f"a fee in {self.amount.currency}", str(self.fee.currency), remedy)


@attrs.frozen
class Settlement:
    """A processor's report on one payout: `(reference, gross, fee)` per payment, in minor units.

    `reference` is the payout's own, as it stands in the bank line. The line's amount is the sum of gross less fee.

    >>> Settlement("po_7", (("INV-1", 5000, 175), ("INV-2", 2000, 88))).net
    6737
    """

    reference: str = attrs.field(converter=identifier)
    items: tuple[tuple[str, int, int], ...] = attrs.field(converter=tuple)

    def __attrs_post_init__(self) -> None:
        """Refuse amounts that are no whole minor units."""
        for item in self.items:
            if type(item[1]) is not int or type(item[2]) is not int:
                raise ExactNumberError("gross and fee as ints of minor units", item, "write 50.00 as 5000")

    @property
    def net(self) -> int:
        """What the payout ought to bring, in minor units."""
        return sum(gross - fee for _, gross, fee in self.items)


@attrs.frozen(eq=False)
class Entries:
    """A side of a reconciliation as plain columns; see `from_columns`.

    The columns are kept as they were given and never copied. `dropped` are the rows that `problems` speak of.
    """

    ids: Sequence[str]
    minor: Sequence[int]
    currencies: Sequence[str]
    days: Sequence[int]
    references: Sequence[str | None]
    parties: Sequence[str | None]
    texts: Sequence[str | None]
    fees: Sequence[int | None]
    dropped: frozenset[int] = frozenset()
    problems: tuple[Problem, ...] = ()

    @classmethod
    def from_columns(
        cls,
        *,
        ids: Iterable[str],
        minor: Iterable[int],
        currency: str | Iterable[str],
        days: Iterable[int],
        references: Iterable[str | None] | None = None,
        parties: Iterable[str | None] | None = None,
        texts: Iterable[str | None] | None = None,
        fees: Iterable[int | None] | None = None,
    ) -> Self:
        """Return a side from columns: amounts in minor units, days as proleptic ordinals (`date.toordinal`).

        `currency` is one code for all rows or a column. A row with a repeated or empty id, an amount that is no int,
        an unknown currency or a day that is no date is left out and becomes a `Problem`. Raises `ConfigurationError`
        for columns of different lengths.

        >>> side = Entries.from_columns(ids=["a", "b"], minor=[2999, 1.5], currency="USD", days=[738946, 738946])
        >>> [problem.code for problem in side.problems]
        ['entry.amount']
        """
        names = _column(ids)
        nothing: Sequence[None] = _Same(None, len(names))
        side = cls(
            names,
            _column(minor),
            _Same(currency, len(names)) if isinstance(currency, str) else _column(currency),
            _column(days),
            nothing if references is None else _column(references),
            nothing if parties is None else _column(parties),
            nothing if texts is None else _column(texts),
            nothing if fees is None else _column(fees),
        )
        side._check_lengths()
        bad = _bad_rows(side)
        if not bad:
            return side
        # Whoever reads a whole column finds text in it, or nothing, in the rows that are left out too.
        references, parties, texts = map(_texts_of, (side.references, side.parties, side.texts))
        dropped, problems = frozenset(bad), tuple(bad.values())
        return attrs.evolve(
            side, dropped=dropped, problems=problems, references=references, parties=parties, texts=texts
        )

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Self:
        """Return a side from single entries; the second of two with one id is left out and becomes a `Problem`.

        >>> len(Entries.of([]))
        0
        """
        rows = list(entries)
        for row in rows:
            if not isinstance(row, Entry):
                raise ConfigurationError("an Entry", row, "write Entry(id, amount, on)")
        return cls.from_columns(
            ids=[row.id for row in rows],
            minor=[to_minor(row.amount) for row in rows],
            currency=[row.amount.currency.code for row in rows],
            days=[row.on.toordinal() for row in rows],
            references=[row.reference for row in rows],
            parties=[row.party for row in rows],
            texts=[row.text for row in rows],
            fees=[None if row.fee is None else to_minor(row.fee) for row in rows],
        )

    def __len__(self) -> int:
        """How many rows the side has, the dropped ones included."""
        return len(self.ids)

    def entry(self, row: int) -> Entry:
        """Return one row as an `Entry`.

        >>> side = Entries.from_columns(ids=["a"], minor=[2999], currency="USD", days=[738946], references=["INV-1"])
        >>> side.entry(0).on, side.entry(0).reference
        (Date(2024, 3, 1), 'INV-1')
        """
        day = date.fromordinal(self.days[row])
        fee = self.fees[row]
        return Entry(
            self.ids[row],
            from_minor(self.minor[row], self.currencies[row]),
            pendulum.Date(day.year, day.month, day.day),
            reference=self.references[row],
            party=self.parties[row],
            text=self.texts[row] or "",
            fee=None if fee is None else from_minor(fee, self.currencies[row]),
        )

    @property
    def one_currency(self) -> str | None:
        """The currency of all rows, where it was given as one."""
        return self.currencies.value if isinstance(self.currencies, _Same) else None

    def says(self, other: Self) -> bool:
        """Whether both sides hold the same rows, in any order.

        >>> Entries.of([]).says(Entries.of([]))
        True
        """
        if self is other:
            return True
        return len(self) == len(other) and set(self.ids) == set(other.ids) and self._rows() == other._rows()

    def _rows(self) -> set[str]:
        columns = (self.minor, self.currencies, self.days, self.references, self.parties, self.texts, self.fees)
        return set(map(repr, zip(self.ids, *columns, strict=True)))

    def _check_lengths(self) -> None:
        for name in ("minor", "currencies", "days", "references", "parties", "texts", "fees"):
            size = len(getattr(self, name))
            if size != len(self.ids):
                raise ConfigurationError(f"{len(self.ids)} values in column {name}", size, "pass columns of one length")


class _Same(Sequence[_T]):
    """A column that holds one value in every row, and no memory."""

    __slots__ = ("size", "value")

    def __init__(self, value: _T, size: int) -> None:
        self.value = value
        self.size = size

    def __len__(self) -> int:
        return self.size

    @overload
    def __getitem__(self, row: int) -> _T: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[_T]: ...
    def __getitem__(self, row: int | slice) -> _T | Sequence[_T]:
        return self.value if isinstance(row, int) else [self.value] * len(range(self.size)[row])

    def __iter__(self) -> Iterator[_T]:
        return repeat(self.value, self.size)


def _column(values: Iterable[_T]) -> Sequence[_T]:
    return values if isinstance(values, list | tuple) else list(values)


def _texts_of(column: Sequence[str | None]) -> Sequence[str | None]:
    if isinstance(column, _Same) or all(map(_is_text, column)):
        return column
    return [value if _is_text(value) else None for value in column]


def _bad_rows(side: Entries) -> dict[int, Problem]:
    # The healthy case is tested a column at a time; only a sick column is walked.
    bad: dict[int, Problem] = {}
    if not _ids_are_sound(side.ids):
        bad |= _bad_ids(side)
    if set(map(type, side.minor)) - _INT:
        bad |= _walk(side, side.minor, _is_int, "amount", "an int of minor units; write 29.99 as 2999")
    if not _all_known(side.currencies):
        bad |= _walk(
            side, side.currencies, _is_code, "currency", "an ISO 4217 code; write it in upper case, such as USD"
        )
    days = side.days
    if set(map(type, days)) - _INT or (len(days) and not 1 <= min(days) <= max(days) <= _LAST_DAY):
        bad |= _walk(side, days, _is_day, "day", "the ordinal of a date; use date.toordinal()")
    for name, column in (("reference", side.references), ("party", side.parties), ("text", side.texts)):
        if not isinstance(column, _Same) and set(map(type, column)) - {str, type(None)}:
            bad |= _walk(side, column, _is_text, name, "text or None; leave it out where there is none")
    if not isinstance(side.fees, _Same) and set(map(type, side.fees)) - {int, type(None)}:
        bad |= _walk(side, side.fees, _is_fee, "fee", "an int of minor units or None; write 0.30 as 30")
    return bad


def _ids_are_sound(ids: Sequence[str]) -> bool:
    return not (set(map(type, ids)) - {str}) and len(distinct := set(ids)) == len(ids) and "" not in distinct


def _bad_ids(side: Entries) -> dict[int, Problem]:
    seen: dict[str, list[int]] = {}
    bad = {}
    for row, name in enumerate(side.ids):
        if isinstance(name, str) and name:
            seen.setdefault(name, []).append(row)
        else:
            bad[row] = _problem("id", f"row {row}", name, "an id as text; give each row its own")
    for name, rows in seen.items():
        # A line delivered twice counts once. Of two different lines with one id none is trusted, whatever their order.
        kept = 1 if len({_content(side, row) for row in rows}) == 1 else 0
        for row in rows[kept:]:
            bad[row] = _problem("id", name, f"{len(rows)} rows", "an id once on a side; give each row its own")
    return bad


def _content(side: Entries, row: int) -> str:
    columns = (side.minor, side.currencies, side.days, side.references, side.parties, side.texts, side.fees)
    return repr([column[row] for column in columns])


def _walk(
    side: Entries, column: Sequence[object], sound: Callable[[object], bool], name: str, wanted: str
) -> dict[int, Problem]:
    return {
        row: _problem(name, str(side.ids[row]), value, wanted) for row, value in enumerate(column) if not sound(value)
    }


def _problem(code: str, about: str, got: object, wanted: str) -> Problem:
    expected, _, remedy = wanted.partition("; ")
    shown = got if isinstance(got, str) else repr(got)
    return Problem(f"entry.{code}", about, message=f"expected {expected}, got {shown}", remedy=remedy)


def _all_known(codes: Sequence[str]) -> bool:
    if isinstance(codes, _Same):
        return _is_code(codes.value)
    return not (set(map(type, codes)) - {str}) and set(codes) <= MINOR_UNITS.keys()


def _is_int(value: object) -> bool:
    return type(value) is int


def _is_code(value: object) -> bool:
    return isinstance(value, str) and value in MINOR_UNITS


def _is_day(value: object) -> bool:
    return type(value) is int and 1 <= value <= _LAST_DAY


def _is_text(value: object) -> bool:
    return value is None or isinstance(value, str)


def _is_fee(value: object) -> bool:
    return value is None or type(value) is int
