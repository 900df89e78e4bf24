"""Values as text and back: JSON documents, instants as columns, facts as rows.

Documents are content: the same text is the same value. So a text that was read lately is not read again, which is
most of what a claim would otherwise spend its time on.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeVar

import pendulum

from renewkit.books.audit import Fact
from renewkit.books.subscription import Standing, Subscription
from renewkit.codec import from_json, to_json
from renewkit.errors import UnknownZoneError
from renewkit.ports.storage import StoredFact
from renewkit.values.moments import instant, zone_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Row

__all__ = ["Documents", "fact_of", "fact_row", "instant_of", "instant_text"]

_T = TypeVar("_T")

_KEPT: Final = 8192
_ENCODER: Final = json.JSONEncoder(separators=(",", ":"))
_UNTOUCHED: Final = Standing()


class Documents:
    """Reads and writes documents, remembering the last ones; safe to share between threads because values never change.

    What was written need not be read again, and what does not change is rendered once: a contract is kept apart from
    its standing, which is all that most commits replace.
    """

    def __init__(self, kept: int = _KEPT) -> None:
        """Remember up to `kept` documents each way."""
        self._kept = kept
        self._known: dict[tuple[str, Any], Any] = {}
        self._contract_text: Callable[[Subscription], str] = lru_cache(maxsize=kept)(to_json)

    def read(self, text: str, kind: type[_T] | Any) -> _T:  # noqa: ANN401  a union of types is no `type`
        """Return the value of a document."""
        value: _T | None = self._known.get((text, kind))
        return self._remember(text, kind, from_json(text, kind)) if value is None else value

    def write(self, value: object, kind: Any = None) -> str:  # noqa: ANN401  a union of types is no `type`
        """Return the document of a value, which will be read as `kind` (its own class unless it is one of several)."""
        text = to_json(value)
        self._remember(text, kind or type(value), value)
        return text

    def read_subscription(self, contract: str, standing: str) -> Subscription:
        """Return a subscription from its two documents."""
        known: Subscription | None = self._known.get((contract, standing))
        if known is not None:
            return known
        made: Subscription = self.read(contract, Subscription)
        stood: Standing = from_json(standing, Standing)
        return self._remember(contract, standing, made.standing_at(stood))

    def write_subscription(self, subscription: Subscription) -> tuple[str, str]:
        """Return the two documents of a subscription: the contract as it was made, and where it stands."""
        contract = self._contract_text(subscription.standing_at(_UNTOUCHED))
        standing = to_json(subscription.standing)
        self._remember(contract, standing, subscription)
        return contract, standing

    def _remember(self, text: str, kind: Any, value: _T) -> _T:  # noqa: ANN401  a union of types is no `type`
        if len(self._known) >= self._kept:
            for key in islice(tuple(self._known), self._kept // 2):
                self._known.pop(key, None)
        self._known[text, kind] = value
        return value


def instant_text(moment: datetime) -> str:
    """Return an instant as UTC text of fixed width, which sorts as time does.

    >>> instant_text(pendulum.datetime(2024, 1, 31, 9, tz="Asia/Taipei"))
    '2024-01-31T01:00:00.000000Z'
    """
    return f"{datetime.isoformat(moment.astimezone(UTC), timespec='microseconds')[:26]}Z"


def instant_of(text: str, zone: str = "UTC") -> pendulum.DateTime:
    """Return the instant of a column, in a zone.

    >>> instant_of("2024-01-31T01:00:00.000000Z", "Asia/Taipei").isoformat()
    '2024-01-31T09:00:00+08:00'
    """
    moment = instant(datetime.fromisoformat(text))
    return moment if zone == "UTC" else moment.astimezone(zone_of(zone))


def fact_row(book: str, fact: Fact) -> dict[str, object]:
    """Return the columns of a fact; its zone has one of its own, because the seal covers the offset."""
    return {
        "book": book,
        "stream": fact.stream,
        "seq": fact.seq,
        "at": instant_text(fact.at),
        "zone": _zone_text(fact.at),
        "kind": fact.kind,
        "who": fact.who,
        "detail": _ENCODER.encode(fact.detail),
        "previous": fact.previous,
        "hash": fact.hash,
    }


def fact_of(row: Row[*tuple[Any, ...]]) -> StoredFact:
    """Return the fact of a row, with its position."""
    fact = Fact(
        row.stream,
        row.seq,
        kind=row.kind,
        at=instant_of(row.at, row.zone),
        who=row.who,
        detail=json.loads(row.detail),
        previous=row.previous,
        hash=row.hash,
    )
    return StoredFact(row.position, fact)


def _zone_text(moment: pendulum.DateTime) -> str:
    name = moment.timezone_name or ""
    try:
        zone_of(name)
    except UnknownZoneError:
        return datetime.isoformat(moment)[-6:]
    return name
