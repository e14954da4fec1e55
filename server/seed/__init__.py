"""What a new installation starts with: part types, a demo workshop, and generated parts in any number."""
