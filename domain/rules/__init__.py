"""Pure functions over entities: no await, no clock, no chance."""
