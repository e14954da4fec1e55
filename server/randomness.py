"""Chance, from the operating system's source."""

import secrets


class SystemRandomness:
    """Implements domain.ports.outside.Randomness."""

    def below(self, limit: int) -> int:
        """A whole number from 0 to limit - 1."""
        return secrets.randbelow(limit)

    def token(self, size_bytes: int) -> str:
        """So many random bytes as URL-safe text."""
        return secrets.token_urlsafe(size_bytes)
