"""Decides: pure entities and rules, use cases that are one transaction each, and ports for what lies outside."""
