"""Requests that bring files."""
