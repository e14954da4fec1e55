"""`python -m server.cli` is the same as `partsgraph`."""

from server.cli import main

main()
