"""What the domain wishes from outside, as protocols."""
