"""How it is carried out: plan (pure) decides, execute (the only impure loop) commits, sends and records.

`plan` and its parts may not import `ports`; `execute` asks for what it needs by yielding requests that a driver
answers.
"""
