"""What a mapper may say about a case besides "it agrees" (None) and "the numbers differ" (AssertionError)."""

from __future__ import annotations

__all__ = ["Declined"]


class Declined(Exception):  # noqa: N818  an outcome, not an error
    """The library does not offer this behaviour, on purpose; the rule's reason stands in declined.toml."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule
