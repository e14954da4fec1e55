"""What holds when the object store refuses, forgets, or gives other bytes than it was given."""
