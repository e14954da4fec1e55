"""Boxes and locations."""
