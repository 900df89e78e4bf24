"""Network rules: how often and when a declined debit may be tried again at all; no policy overrides them.

`rule` holds the rules as effective-dated data, `history` counts attempts per instrument and merchant, `checks`
applies one rule, `guard` all of them. Imports values alone; never decides when a retry is worth making.
"""

from renewkit.policies.network.guard import NetworkRules, Verdict
from renewkit.policies.network.history import remembered
from renewkit.policies.network.rule import NetworkAct, NetworkRule, packaged_rules

__all__ = ["NetworkAct", "NetworkRule", "NetworkRules", "Verdict", "packaged_rules", "remembered"]
