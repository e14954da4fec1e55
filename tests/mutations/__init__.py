"""What every mutation has in common: inputs, refusals, idempotency, documents, statements."""
