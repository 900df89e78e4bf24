"""What to do, and what came of it: effects, outcomes and commits as frozen values.

May import `books` and everything below. An effect says what should be done and carries the key that makes doing it
twice harmless; it never does it.
"""
