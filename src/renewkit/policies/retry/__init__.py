"""Retries: when a declined charge is tried again, when the customer is asked instead, and when to give up.

`policy` decides, `ladders` hold the waits, `backoff` those of technical failures, `slots` the pay days and hours.
Imports values alone; never counts what a network allows (see `renewkit.policies.network`), and never reads a clock.
"""

from renewkit.policies.retry.backoff import Backoff
from renewkit.policies.retry.ladders import PEERS, STANDARD_WAITS, Ladder, evenly, gaps
from renewkit.policies.retry.policy import STANDARD_RETRIES, AfterRecovery, RetryPolicy, Timetable
from renewkit.policies.retry.slots import BusinessHours, PayDays
from renewkit.values.decision import AskCustomer, GiveUp, RetryAt, RetryDecision

__all__ = [
    "PEERS",
    "STANDARD_RETRIES",
    "STANDARD_WAITS",
    "AfterRecovery",
    "AskCustomer",
    "Backoff",
    "BusinessHours",
    "GiveUp",
    "Ladder",
    "PayDays",
    "RetryAt",
    "RetryDecision",
    "RetryPolicy",
    "Timetable",
    "evenly",
    "gaps",
]
