"""The one way out of reading a value: something in it is not understood, or could be meant in two ways."""


class NotUnderstood(Exception):
    """A part of the text has no one meaning, so the text has no readings."""
