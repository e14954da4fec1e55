"""The database: migrations, connections, constraints, units of work."""
