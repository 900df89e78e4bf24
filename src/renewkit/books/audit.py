"""The audit trail: an append-only chain of facts per stream, each sealed with the hash of the one before.

A stream is one subscription (or one customer, or the book's bank lines), so chains never serialise workers. Facts
hold ids and raw codes, never personal data: a customer can be erased without breaking a chain. See also: history,
journal, event log.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import attrs
import pendulum

from renewkit.errors import IdentifierError
from renewkit.values.ids import identifier
from renewkit.values.moments import instant
from renewkit.values.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

__all__ = ["GENESIS", "Fact", "Head", "append", "verify"]


def _detail(pairs: Mapping[str, str] | Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    rows = sorted(dict(pairs).items())
    for name, value in rows:
        if not isinstance(name, str) or not isinstance(value, str):
            raise IdentifierError(
                "text for each detail of a fact", (name, value), "render numbers, dates and money first"
            )
    return tuple(rows)


@attrs.frozen
class Head:
    """The end of a chain: how many facts it has, and the hash of the last one."""

    seq: int = 0
    hash: str = ""


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

GENESIS: Final = Head()
"""The head of a chain without facts."""


@attrs.frozen
class Fact:
    """One thing that happened: when, by whom, what, with its place in the chain of its stream.

    `detail` is a sorted tuple of name and text; `previous` and `hash` are hexadecimal SHA-256.
    """

    stream: str = attrs.field(converter=identifier)
    seq: int
    kind: str = attrs.field(kw_only=True)
    at: pendulum.DateTime = attrs.field(kw_only=True, converter=instant)
    who: str = attrs.field(kw_only=True)
    detail: tuple[tuple[str, str], ...] = attrs.field(kw_only=True, converter=_detail)
    previous: str = attrs.field(kw_only=True)
    hash: str = attrs.field(kw_only=True)

    @property
    def head(self) -> Head:
        """The chain's head once this fact is its last."""
        return Head(self.seq, self.hash)


def append(head: Head, stream: str, kind: str, *, at: datetime, who: str, detail: Mapping[str, str]) -> Fact:
    """Return the fact that follows `head` in its stream.

    >>> at = pendulum.datetime(2024, 1, 31, 12)
    >>> fact = append(GENESIS, "s1", "invoice.issued", at=at, who="renewkit", detail={"invoice": "inv_1"})
    >>> fact.seq, fact.hash[:8]
    (1, 'e1dcf33f')
    """
    rows = _detail(detail)
    seal = _seal(head.hash, stream, head.seq + 1, kind, instant(at), who, rows)
    return Fact(stream, head.seq + 1, kind=kind, at=at, who=who, detail=rows, previous=head.hash, hash=seal)


def verify(facts: Iterable[Fact], *, checkpoint: Mapping[str, Head] | None = None) -> tuple[Problem, ...]:
    """Return what is wrong with the chains: per stream the first altered or missing fact, and any tail that was cut.

    `facts` may mix streams but must list each in order. `checkpoint` holds heads exported earlier; without it a cut
    tail cannot be seen, because a shorter chain is a valid chain.

    >>> verify([])
    ()
    """
    heads: dict[str, Head] = {}
    past: dict[tuple[str, int], str] = {}
    problems: dict[str, Problem] = {}
    for fact in facts:
        head = heads.get(fact.stream, GENESIS)
        if fact.stream not in problems and (flaw := _flaw(head, fact)):
            problems[fact.stream] = flaw
        heads[fact.stream] = fact.head
        past[fact.stream, fact.seq] = fact.hash
    for stream, known in (checkpoint or {}).items():
        if stream not in problems and known != GENESIS and past.get((stream, known.seq)) != known.hash:
            problems[stream] = _broken(
                stream, known.seq, "a chain that holds the fact of the checkpoint", "a cut or other chain"
            )
    return tuple(problems.values())


def _flaw(head: Head, fact: Fact) -> Problem | None:
    if fact.seq != head.seq + 1:
        return _broken(fact.stream, head.seq + 1, f"fact {head.seq + 1}", f"fact {fact.seq}")
    seal = _seal(head.hash, fact.stream, fact.seq, fact.kind, fact.at, fact.who, fact.detail)
    if fact.previous != head.hash or fact.hash != seal:
        return _broken(fact.stream, fact.seq, f"seal {seal[:12]}", f"seal {fact.hash[:12]}")
    return None


def _broken(stream: str, seq: int, expected: str, got: str) -> Problem:
    message = f"expected {expected} at fact {seq}, got {got}"
    return Problem(
        "audit.broken", stream, message=message, remedy="restore the stream from a backup and find who wrote it"
    )


def _seal(  # noqa: PLR0917  what is sealed, in the order in which it is sealed
    previous: str, stream: str, seq: int, kind: str, at: datetime, who: str, detail: tuple[tuple[str, str], ...]
) -> str:
    body = _ENCODER.encode([previous, stream, seq, kind, at.isoformat(), who, detail])
    return sha256(body.encode()).hexdigest()
