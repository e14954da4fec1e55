"""The demo workshop: what it holds and what happened in it."""
