"""Who does it: one module or package per outside system, each behind a port.

May import `engine` and everything below. Adapters never import one another, import their SDK or driver nowhere else,
and translate its errors at their edge. `import renewkit` loads none of them.
"""
