"""What is recorded: customers, subscriptions, invoices and the audit trail, as frozen values that are replaced.

May import `policies`, `values` and `errors`. Books fold facts; they decide nothing and never touch storage.
"""
