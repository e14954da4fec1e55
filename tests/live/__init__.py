"""Live updates: subscriptions over WebSockets and event streams."""
