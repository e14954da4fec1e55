"""What happens to a GraphQL document between its arrival and its answer."""
