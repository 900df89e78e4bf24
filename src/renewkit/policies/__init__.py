"""What should happen: pure decisions about cycles, prices, proration, retries, reminders and matching.

Every policy is a frozen value with pure methods. May import `values` and `errors`; policies never import one another.
"""
