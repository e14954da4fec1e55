"""What /metrics tells, held against what happened."""
