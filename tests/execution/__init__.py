"""The breadth-first executor, by the specification and against graphql-core."""
