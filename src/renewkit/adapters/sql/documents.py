"""Values as text and back: JSON documents, instants as columns, facts as rows.

Documents are content: the same text is the same value. So a text that was read lately is not read again, which is
most of what a claim would otherwise spend its time on.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeVar

import pendulum

from renewkit.books.audit import Fact
from renewkit.codec import from_json, to_json
from renewkit.errors import UnknownZoneError
from renewkit.ports.storage import StoredFact
from renewkit.values.moments import instant, zone_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Row

__all__ = ["Documents", "fact_of", "fact_row", "instant_of", "instant_text"]

T = TypeVar("T")

_KEPT: Final = 4096


class Documents:
    """Reads documents, remembering the ones read last; safe to share between threads because values never change."""

    def __init__(self, kept: int = _KEPT) -> None:
        """Remember up to `kept` documents."""
        self._read: Callable[[str, Any], Any] = lru_cache(maxsize=kept)(from_json)

    def read(self, text: str, kind: type[T] | Any) -> T:  # noqa: ANN401  a union of types is no `type`
        """Return the value of a document."""
        value: T = self._read(text, kind)
        return value

    @staticmethod
    def write(value: object) -> str:
        """Return the document of a value."""
        return to_json(value)


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
        "detail": json.dumps(fact.detail, separators=(",", ":")),
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
