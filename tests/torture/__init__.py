"""Loads, kills and growth; run by make torture."""
