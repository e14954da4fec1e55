"""How long a value may be, and how much it may name."""

MAX_LENGTH = 255

MAX_READINGS = 8
"""A text that names more values is prose or a table."""
