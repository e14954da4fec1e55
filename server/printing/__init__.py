"""Papers for the workshop, as PDF."""
