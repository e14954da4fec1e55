"""The peers that are written in Python, each a small ASGI application in a process of its own."""
