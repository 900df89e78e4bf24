"""How far two names of a payer agree, whatever banks did to them.

Banks upper-case names, drop accents, turn them round, cut them at a column's end, shorten given names to initials,
and clerks mistype them. An empty name is no evidence at all, neither for nor against.
"""

from __future__ import annotations

import re
import unicodedata
from enum import IntEnum
from typing import Final

from renewkit.policies.reconcile.distance import distance, is_near

__all__ = ["Likeness", "likeness", "mention", "words"]

_WORD: Final = re.compile(r"[^\W_]+")


class Likeness(IntEnum):
    """How far two names agree; the order is that of strength."""

    CONFLICT = -1
    """Names of two different parties."""
    UNKNOWN = 0
    """At least one name is missing."""
    WEAK = 1
    """They share a word, and each has one that the other lacks."""
    COMPATIBLE = 2
    """The one may be the other cut, initialled or mistyped."""
    EQUAL = 3
    """The same words, in any order."""


def words(name: str | None) -> list[str]:
    """Return the words of a name in upper case, without accents and punctuation.

    >>> words("Müller-Lüdenscheidt, J.")
    ['MULLER', 'LUDENSCHEIDT', 'J']
    """
    if not name:
        return []
    if not name.isascii():
        name = "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign))
    return _WORD.findall(name.upper())


def likeness(one: list[str], other: list[str]) -> Likeness:
    """Return how far the words of two names agree.

    Words with digits (account numbers) never count as cut or mistyped.

    >>> ada = words("Ada Byron")
    >>> [likeness(ada, words(name)).name for name in ("BYRON ADA", "A BYRON", "Ada Lovelace", "", "Bob")]
    ['EQUAL', 'COMPATIBLE', 'WEAK', 'UNKNOWN', 'CONFLICT']
    """
    if not one or not other:
        return Likeness.UNKNOWN
    left, right = [word for word in one if word not in other], [word for word in other if word not in one]
    shared = max((len(word) for word in one if word in other), default=0)
    if not left and not right:
        return Likeness.EQUAL
    strong = shared >= 2
    spare = list(left)
    unpaired = 0
    for word in sorted(right, key=len, reverse=True):
        mate = _mate(word, spare)
        if mate is None:
            unpaired += 1
        else:
            spare.remove(mate)
            strong = strong or min(len(word), len(mate)) > 2
    if not strong:
        return Likeness.CONFLICT
    if unpaired and spare:
        return Likeness.WEAK
    return Likeness.COMPATIBLE if not _has_digits(spare) else Likeness.WEAK


def mention(name: list[str], text: list[str]) -> Likeness:
    """Return how far the words of a free text name a party; a text that does not is no evidence.

    >>> ada = words("Ada Byron")
    >>> [mention(ada, words(text)).name for text in ("thanks, BYRON ADA 2024", "for A. Byron", "Ada's lunch", "lunch")]
    ['EQUAL', 'COMPATIBLE', 'WEAK', 'UNKNOWN']
    """
    if not name or not text or set(name).isdisjoint(text):
        return Likeness.UNKNOWN
    said = [word for word in text if word in name]
    left = [word for word in name if word not in said]
    if not left:
        return Likeness.EQUAL
    others = [word for word in text if word not in name]
    paired = sum(_mate(word, others) is not None for word in left)
    strong = max(map(len, said)) > 2
    return Likeness.COMPATIBLE if strong and paired == len(left) else Likeness.WEAK


def _mate(word: str, candidates: list[str]) -> str | None:
    return next((other for other in sorted(candidates) if _may_be(word, other)), None)


def _may_be(word: str, other: str) -> bool:
    if _has_digits((word, other)):
        return False
    if other.startswith(word) or word.startswith(other):
        return True
    shorter = min(len(word), len(other))
    if shorter >= 8:
        return distance(word, other) <= 2
    return shorter >= 4 and is_near(word, other)


def _has_digits(parts: list[str] | tuple[str, ...]) -> bool:
    return any(not part.isalpha() for part in parts)
