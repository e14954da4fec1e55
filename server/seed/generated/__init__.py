"""Generated parts in any number, with their boxes, stock and history."""
