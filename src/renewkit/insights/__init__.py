"""What it means: figures read from the books, as pure functions of invoices, subscriptions and a day.

May import `books` and everything below; never storage, never a clock.
"""
