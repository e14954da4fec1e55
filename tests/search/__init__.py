"""Search: its words, its documents, its order of hits."""
