"""The schema as callers see it, through HTTP."""
