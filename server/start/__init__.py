"""What happens before the first request: the database is waited for and migrated, a new installation filled."""
