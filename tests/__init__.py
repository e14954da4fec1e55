"""The tests: through HTTP and the command line into a real server, and on into its tables."""
