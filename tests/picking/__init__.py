"""Pick lists: making, picking, ending, at once and in any order."""
