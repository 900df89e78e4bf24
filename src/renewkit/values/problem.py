"""A problem: something that the world got wrong, kept as a value so that the batch goes on."""

from __future__ import annotations

from enum import Enum

import attrs

__all__ = ["Problem", "Severity"]


class Severity(Enum):
    """How much a problem matters."""

    NOTE = "note"
    """Something that a person may want to know."""
    WARNING = "warning"
    """The work was done, but not as asked; somebody should look."""
    ERROR = "error"
    """The work was not done; somebody must act."""


@attrs.frozen
class Problem:
    """What went wrong with which subject, and what to do about it.

    `code` is a stable dotted word for machines (`"statement.amount"`), `about` the id of the subject, `message` says
    what was expected and what came, `remedy` what to do; `source` is where it stands (a line, a rule, a document).

    >>> message = "expected an amount, got '12,x'"
    >>> print(Problem("statement.amount", "line-7", message=message, remedy="correct the line"))
    line-7: expected an amount, got '12,x' (correct the line)
    """

    code: str
    about: str
    message: str = attrs.field(kw_only=True)
    remedy: str = attrs.field(kw_only=True)
    severity: Severity = attrs.field(default=Severity.ERROR, kw_only=True)
    source: str | None = attrs.field(default=None, kw_only=True)

    def __str__(self) -> str:
        """Return one line for a log or a table."""
        return f"{self.about}: {self.message} ({self.remedy})"
