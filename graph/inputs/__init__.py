"""What callers send with a mutation, one file per noun."""
