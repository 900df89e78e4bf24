"""What an operator decided; the matcher holds to it."""

from __future__ import annotations

import attrs

__all__ = ["Confirm", "Decision", "Reject", "Settled", "WriteOff"]


@attrs.frozen
class Confirm:
    """These entries belong together, whatever the evidence says.

    >>> Confirm(("inv_1",), ("line_9",)).received
    ('line_9',)
    """

    expected: tuple[str, ...] = attrs.field(converter=tuple)
    received: tuple[str, ...] = attrs.field(converter=tuple)


@attrs.frozen
class Reject:
    """These two do not belong together; the matcher looks for another partner.

    >>> Reject("inv_1", "line_9").expected
    'inv_1'
    """

    expected: str
    received: str


@attrs.frozen
class WriteOff:
    """Nobody waits for this expected entry any longer.

    >>> WriteOff("inv_1").expected
    'inv_1'
    """

    expected: str


@attrs.frozen
class Settled:
    """The money of this expected entry came in an earlier run: whatever pays it again is a duplicate.

    >>> Settled("inv_1").expected
    'inv_1'
    """

    expected: str


Decision = Confirm | Reject | WriteOff | Settled
