"""How far two names of a payer agree, whatever banks did to them.

Banks upper-case names, drop accents, turn them round, cut them at a column's end, shorten given names to initials, and
clerks mistype them. An empty name is no evidence at all, neither for nor against.
"""

from __future__ import annotations

import re
import unicodedata
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from renewkit.policies.reconcile.distance import distance, is_near

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Likeness", "all_words", "likeness", "mention", "words"]

_WORD: Final = re.compile(r"[^\W_]+")
_find = _WORD.findall
# Letters that Unicode does not take apart, as banks write them.
_PLAIN: Final = str.maketrans(
    {"Ø": "O", "ø": "o", "Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "Ð": "D", "ð": "d"}
) | str.maketrans({"ß": "ss", "Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "Þ": "TH", "þ": "th", "\u0131": "i"})
# Letters with stops that are a company's form are no initials of anybody.
_STOPPED: Final = re.compile(r"\b(?:[^\W\d_]\.\s?){2,}")
_FORMS: Final = frozenset(
    ("AG", "AS", "BV", "CV", "DOO", "KG", "KK", "NV", "OOO", "SA", "SAS", "SC", "SL", "SNC", "SPA", "SRL", "SRO")
)
# What a plain name is made of, byte by byte: capitals, digits, spaces. A sign beyond ASCII is marked by a stop, as all
# that takes a closer look is.
_PLAINLY: Final = (
    bytes(ord(sign.upper() if sign.isalnum() or sign in "\n." else " ") for sign in map(chr, range(128))) + b"." * 128
)
# So many names at once stay in the processor's cache.
_BLOCK: Final = 1_000


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


# Members of an enum are slow to reach.
_CONFLICT, _UNKNOWN, _WEAK, _COMPATIBLE, _EQUAL = Likeness


def words(name: str | None) -> tuple[str, ...]:
    """Return the words of a name in upper case, without accents and punctuation.

    >>> words("Müller-Lüdenscheidt, J.")
    ('MULLER', 'LUDENSCHEIDT', 'J')
    """
    if not name:
        return ()
    if name.isascii():
        found = name.upper().split()
        if "".join(found).isalnum():  # nothing but spaces between the words, as in most names
            return tuple(found)
    else:
        signs = unicodedata.normalize("NFKD", name.translate(_PLAIN))
        name = "".join(sign for sign in signs if not unicodedata.combining(sign))
    if "." in name:
        name = _STOPPED.sub(_joined, name)
    # A tuple of texts is no burden to the garbage collector, as a list is.
    return tuple(_find(name.upper()))


def all_words(names: Sequence[str | None]) -> list[tuple[str, ...]]:
    """Return the words of each name: the same as `words` of each, and quicker, as a column takes a few calls.

    >>> all_words(["Ada Byron", None, "Müller, J."])
    [('ADA', 'BYRON'), (), ('MULLER', 'J')]
    """
    found: list[tuple[str, ...]] = []
    for start in range(0, len(names), _BLOCK):
        block = [name or "" for name in names[start : start + _BLOCK]]
        rows = _plainly(block)
        if len(rows) > len(block):
            rows = _plainly([name.replace("\n", " ") for name in block])
        found += [
            tuple(row.split()) if "." not in row else _of_marked(name, row)
            for name, row in zip(block, rows, strict=True)
        ]
    return found


def likeness(one: Sequence[str], other: Sequence[str]) -> Likeness:
    """Return how far the words of two names agree.

    Words with digits (account numbers) never count as cut or mistyped.

    >>> ada = words("Ada Byron")
    >>> [likeness(ada, words(name)).name for name in ("BYRON ADA", "A BYRON", "Ada Lovelace", "", "Bob")]
    ['EQUAL', 'COMPATIBLE', 'WEAK', 'UNKNOWN', 'CONFLICT']
    """
    if not one or not other:
        return _UNKNOWN
    if one == other:
        return _EQUAL
    if len(one) == len(other) == 2 and (alike := _of_two(*one, *other)) is not None:
        return alike
    left = [word for word in one if word not in other]
    right = [word for word in other if word not in one]
    if not left and not right:
        return _EQUAL
    strong = len(left) < len(one) and max(len(word) for word in one if word in other) > 1
    unpaired = 0
    for word in sorted(right, key=len, reverse=True) if len(right) > 1 else right:
        mate = _mate(word, left)
        if mate is None:
            unpaired += 1
        else:
            left.remove(mate)
            strong = strong or min(len(word), len(mate)) > 2
    if not strong:
        return _CONFLICT
    if left and (unpaired or not all(map(str.isalpha, left))):
        return _WEAK
    return _COMPATIBLE


def mention(name: Sequence[str], text: Sequence[str]) -> Likeness:
    """Return how far the words of a free text name a party; a text that does not is no evidence.

    >>> ada = words("Ada Byron")
    >>> [mention(ada, words(text)).name for text in ("thanks, BYRON ADA 2024", "for A. Byron", "Ada's lunch", "lunch")]
    ['EQUAL', 'COMPATIBLE', 'WEAK', 'UNKNOWN']
    """
    if not name or not text or set(name).isdisjoint(text):
        return _UNKNOWN
    said = [word for word in text if word in name]
    left = [word for word in name if word not in said]
    if not left:
        return _EQUAL
    others = [word for word in text if word not in name]
    paired = sum(_mate(word, others) is not None for word in left)
    strong = max(map(len, said)) > 2
    return _COMPATIBLE if strong and paired == len(left) else _WEAK


def _plainly(names: list[str]) -> list[str]:
    # One call for all names, which newlines part.
    return "\n".join(names).encode(errors="surrogatepass").translate(_PLAINLY).decode().split("\n")


def _of_marked(name: str, row: str) -> tuple[str, ...]:
    # One stop alone is none of a company's form.
    return tuple(row.replace(".", " ").split()) if row.count(".") == 1 else words(name)


def _joined(found: re.Match[str]) -> str:
    letters = "".join(_find(found[0]))
    return f" {letters} " if letters.upper() in _FORMS else found[0]


def _of_two(first: str, last: str, given: str, family: str) -> Likeness | None:
    # What `likeness` says of two words each, quickly; None where it takes a closer look.
    if first == given:
        shared, one, other = first, last, family
    elif last == family:
        shared, one, other = last, first, given
    elif first == family:
        shared, one, other = first, last, given
    elif last == given:
        shared, one, other = last, first, family
    else:
        return None
    if one == other:
        return _EQUAL
    if shared in {one, other}:
        return None
    if _may_be(other, one):
        return _COMPATIBLE if len(shared) > 1 or min(len(one), len(other)) > 2 else _CONFLICT
    return _WEAK if len(shared) > 1 else _CONFLICT


def _mate(word: str, candidates: list[str]) -> str | None:
    if len(candidates) == 1:
        return candidates[0] if _may_be(word, candidates[0]) else None
    return min((other for other in candidates if _may_be(word, other)), default=None)


def _may_be(word: str, other: str) -> bool:
    if word[0] != other[0] and word[-1] != other[-1]:  # one slip cannot change both ends
        return False
    if other.startswith(word) or word.startswith(other):
        return word.isalpha() and other.isalpha()
    shorter = min(len(word), len(other))
    if shorter < 4 or not (word.isalpha() and other.isalpha()):  # in a short word one slip makes another word
        return False
    if shorter >= 8 and abs(len(word) - len(other)) <= 2:  # a long word may have two
        return is_near(word, other) or (word[:2] == other[:2] and distance(word, other) <= 2)
    return is_near(word, other)
