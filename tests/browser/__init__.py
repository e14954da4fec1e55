"""GraphiQL and files in a real browser."""
