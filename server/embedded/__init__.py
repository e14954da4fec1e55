"""PostgreSQL and an S3 server below the data directory, for an installation that has none of its own."""
