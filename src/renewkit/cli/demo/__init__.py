"""The demo: a book of our own making, its payers, and the fifteen months that they live through.

`contracts` makes the book, `payers` what the bank sees, `story` runs both and tells what happened.
"""

from renewkit.cli.demo.story import run_demo

__all__ = ["run_demo"]
