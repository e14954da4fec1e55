"""The nouns of the workshop as frozen values."""
