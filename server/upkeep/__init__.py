"""What keeps the house in order without being asked: expired rows, orphaned objects, temporary files."""
