"""Pages that are no GraphQL: GraphiQL, health, metrics."""
