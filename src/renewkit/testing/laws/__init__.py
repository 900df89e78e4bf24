"""What always holds, as named functions: one module per noun, one law per function.

A law takes the implementation or value that it judges and raises `AssertionError` when it is broken. Laws need
neither pytest nor hypothesis; draw their arguments with `renewkit.testing.strategies` or by hand.
"""
