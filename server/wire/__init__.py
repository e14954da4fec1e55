"""The front door: HTTP in, GraphQL JSON out."""
