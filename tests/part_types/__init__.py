"""Part types."""
