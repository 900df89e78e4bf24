"""Strangers: lines that name an entry of ours for which nobody waits.

Beside entries such as `INV-2024-0123` a line with `INV-2024-0777` speaks of another invoice, whoever paid it and
however well the amount agrees: one that is closed, or stands in another book. What references look like is learned from
the expected side.
"""

from __future__ import annotations

import re
from string import ascii_uppercase, digits
from typing import TYPE_CHECKING, Final, NamedTuple

from renewkit.policies.reconcile.board import STRANGER, UNNAMED

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from renewkit.policies.reconcile.board import Board

__all__ = ["Forms", "forms_of", "mark_strangers", "means_other"]

_DIGITS: Final = dict.fromkeys(map(ord, digits), "9")
_LETTERS: Final = dict.fromkeys(map(ord, ascii_uppercase), "A")
_APART: Final = str.maketrans(dict.fromkeys(",;()", " "))
_NUMBER: Final = re.compile("9+")
# Fewer digits may be anything; with signs of ours around them it takes fewer.
_LEAST_DIGITS: Final = 6
_LEAST_AMONG_SIGNS: Final = 4
# References of which nearly each has a form of its own have none in common.
_MOST_FORMS: Final = 1_000
_CHUNK: Final = 1_000


class Forms(NamedTuple):
    """What references look like, and how texts are brought into that form."""

    known: frozenset[str]
    table: dict[int, str]
    least: int

    def spell(self, texts: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str, str]]:
        """Yield rows with their texts, and these with a 9 for each digit, and an A for each letter if it must be."""
        given = [(row, text.replace("\n", " ")) for row, text in texts]
        # Without any text there is one empty line.
        spelled = "\n".join([text for _, text in given]).upper().translate(self.table).split("\n")
        return ((row, text, form) for (row, text), form in zip(given, spelled, strict=False))

    def has(self, spelled: str) -> bool:
        """Return whether a spelled word has the form of a reference."""
        return _form(spelled, self.least) in self.known


def mark_strangers(board: Board, single: Container[str], shared: Container[str]) -> None:
    """Mark the open lines that name nothing known, but something in the form of the entries' references.

    Known is what stands on a `single` entry, and what several have `shared`.
    """
    named, is_closed = board.named, board.r_state
    forms = forms_of(board.e.references)
    lines = [j for j, i in enumerate(named) if i == UNNAMED and not is_closed[j]] if forms.known else []
    for start in range(0, len(lines), _CHUNK):
        for j, word in _strange_words(board, forms, lines[start : start + _CHUNK]):
            if word not in single and word not in shared:
                named[j] = STRANGER
                board.strangers[j] = (*board.strangers.get(j, ()), word.upper())


def forms_of(references: Sequence[str | None]) -> Forms:
    """Return the forms of references: their signs, and a 9 for each number, as counters grow longer with time.

    Where letters differ from one to the next, an A stands for each letter. Digits alone have a form of their length.

    >>> sorted(forms_of(["INV-2024-0123", "inv-2024-99", "20240125", "R 7", None]).known)
    ['99999999', 'INV-9-9']
    """
    for table, least in ((_DIGITS, _LEAST_AMONG_SIGNS), (_DIGITS | _LETTERS, _LEAST_DIGITS)):
        spelled: set[str] = set()
        for start in range(0, len(references), _CHUNK):
            if len(spelled) <= _MOST_FORMS:
                column = "\n".join(filter(None, references[start : start + _CHUNK]))
                spelled.update(column.upper().translate(table).split("\n"))
        if len(spelled) <= _MOST_FORMS:
            return Forms(frozenset(form for one in spelled if (form := _form(one, least))), table, least)
    return Forms(frozenset(), _DIGITS, _LEAST_DIGITS)


def means_other(board: Board, i: int, j: int) -> bool:
    """Return whether a line names another entry than `i`; one that names nothing does not.

    An entry without a reference may be the one. Its own reference, cut at the end or with two signs that changed
    places, wherever they stand, still means it.
    """
    other, reference = board.named[j], board.e.references[i]
    if other != STRANGER:
        return other not in {UNNAMED, i}
    reference = (reference or "").upper()
    return bool(reference) and not any(
        reference.startswith(word) or _are_swapped(reference, word) for word in board.strangers[j]
    )


def _strange_words(board: Board, forms: Forms, lines: list[int]) -> Iterator[tuple[int, str]]:
    # A reference is one word. In a text, digits without a sign of ours around them may be a day or a telephone number.
    references, texts = board.r.references, board.r.texts
    for j, word, spelled in forms.spell((j, word) for j in lines if (word := references[j])):
        if forms.has(spelled):
            yield j, word
    for j, text, spelled in forms.spell((j, text.translate(_APART)) for j in lines if (text := texts[j])):
        if spelled.count("9") >= forms.least:
            for word, form in zip(text.split(), spelled.split(), strict=True):
                if forms.has(form) and not form.isdigit():
                    yield j, word


def _form(spelled: str, least: int) -> str | None:
    only_digits = spelled.isdigit()
    if spelled.count("9") < (_LEAST_DIGITS if only_digits else least):
        return None
    return spelled if only_digits else _NUMBER.sub("9", spelled)


def _are_swapped(one: str, other: str) -> bool:
    if len(one) != len(other):
        return False
    differing = [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]]
    return len(differing) == 2 and differing[0] == differing[1][::-1]
