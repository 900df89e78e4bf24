"""What rules, evidence and actions are called on the page."""

from __future__ import annotations

from typing import Final

from renewkit.policies.reconcile import Evidence, Rule, Todo

__all__ = ["ASKS", "DOES", "SAYS"]

ASKS: Final[dict[Todo, str]] = {
    Todo.REFUND: "refund or credit",
    Todo.CHASE: "chase",
    Todo.ASK_BANK: "ask the bank",
    Todo.REVIEW: "review",
}
"""What is to be done."""

SAYS: Final[dict[Evidence, str]] = {
    Evidence.REFERENCE: "the reference",
    Evidence.SPELLING: "the reference in another spelling",
    Evidence.SLIP: "a number of the reference, or all but one slip",
    Evidence.AMOUNT: "the amount",
    Evidence.PAYER: "the payer",
    Evidence.LIKE_PAYER: "the payer's name, cut or mistyped",
    Evidence.WORDS: "words of the description",
    Evidence.DATE: "the day",
}
"""What a piece of evidence is."""

DOES: Final[dict[Rule, str]] = {
    Rule.DECISION: "A person said so.",
    Rule.SETTLEMENT: "The processor's report names each payment of the payout.",
    Rule.REFERENCE: "The line carries the reference, letter for letter, and the amount.",
    Rule.NORMALISED: "The line carries the reference in another spelling, or with one slip, and the amount.",
    Rule.PARTY: "Payer, amount and day fit this invoice, and no other.",
    Rule.LIST: "The line names several invoices, and they sum to its amount.",
    Rule.SPLIT: "Several lines carry the reference, and they sum to the amount.",
    Rule.SUM: "Invoices and lines of one payer agree in exactly one sum.",
    Rule.PAYOUT: "The payments of a processor's collection days, less fees, make the payout in exactly one way.",
    Rule.FEE: "A bank on the way kept one of the known fees.",
    Rule.FX: "The amount agrees at the known rate, within its tolerance.",
    Rule.WRITE_OFF: "The difference is within tolerance.",
    Rule.PARTIAL: "A part of the amount came, and the reference says of which invoice.",
    Rule.WORDS: "Both sides describe the payment in the same rare words.",
    Rule.AMOUNT: "It is the only line of the amount, and this the only invoice, where the rules take that for enough.",
}
"""Why entries were matched."""
