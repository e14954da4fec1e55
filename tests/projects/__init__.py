"""Projects, requirements, and what is available for them."""
