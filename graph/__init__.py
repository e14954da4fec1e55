"""Speaks GraphQL: turns words into values and values into words. No rule, no SQL."""
