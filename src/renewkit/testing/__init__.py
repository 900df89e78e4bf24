"""Prove it: laws, strategies, conformance kits, fakes and faults, for our suite and for the suites of hosts.

`laws` are named functions that assert what always holds, `strategies` draw values for Hypothesis, the kits are
classes that the author of an adapter subclasses. May import everything below it; only this floor may import pytest
or hypothesis (`pip install renewkit[testing]`), and nothing that runs in production may import this floor.
"""
