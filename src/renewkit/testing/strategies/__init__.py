"""Hypothesis strategies for the values of renewkit, one module per noun."""
