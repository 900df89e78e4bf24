"""What we need from outside: protocols for storage, payment, messaging and the clock, each with its capabilities value.

May import `codec` and everything below. A port has at most five methods and speaks domain values only.
"""
