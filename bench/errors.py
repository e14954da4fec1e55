"""What ends a benchmark before its time."""


class BenchmarkError(Exception):
    """A peer does not start, answers something else than the others, or fails under load; the text says which."""
