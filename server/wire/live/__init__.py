"""Subscriptions: over WebSockets and over server-sent events."""
