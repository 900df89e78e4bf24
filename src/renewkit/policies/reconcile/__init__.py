"""Reconciliation (matching, cash application, 對帳): which money pays what was expected, with a proof for each match.

Evidence is weighed, ties are left alone, every entry ends in exactly one place. May import `values` and `errors`;
must never guess, depend on the order of its input, or lose a cent.
"""

from renewkit.policies.reconcile.board import Rule
from renewkit.policies.reconcile.certificate import Certificate, Confidence, Evidence, Match, verify
from renewkit.policies.reconcile.conservation import Balance
from renewkit.policies.reconcile.decisions import Confirm, Decision, Reject, Settled, WriteOff
from renewkit.policies.reconcile.exceptions import Ambiguous, Duplicate, Todo, WorkItem
from renewkit.policies.reconcile.match import reconcile
from renewkit.policies.reconcile.result import Reconciliation
from renewkit.policies.reconcile.rules import FeeFormula, MatchRules, Rate
from renewkit.policies.reconcile.three_way import Book, Difference, Discrepancy, ThreeWay, three_way

__all__ = [
    "Ambiguous",
    "Balance",
    "Book",
    "Certificate",
    "Confidence",
    "Confirm",
    "Decision",
    "Difference",
    "Discrepancy",
    "Duplicate",
    "Evidence",
    "FeeFormula",
    "Match",
    "MatchRules",
    "Rate",
    "Reconciliation",
    "Reject",
    "Rule",
    "Settled",
    "ThreeWay",
    "Todo",
    "WorkItem",
    "WriteOff",
    "reconcile",
    "three_way",
    "verify",
]
