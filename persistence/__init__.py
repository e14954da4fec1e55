"""Remembers: the only floor that knows SQL and S3."""
