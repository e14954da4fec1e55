"""Stock, history, reversals, idempotency and locks."""
