"""What things are: the vocabulary that every floor above shares.

Frozen values and the few doors through which money, numbers, dates and zoned time enter. May import `errors` and
nothing else of renewkit; must never decide what should happen, and never read a clock, a file or the environment.
"""
