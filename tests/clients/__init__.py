"""Clients of other people, as they come, and nginx between them and the server."""
