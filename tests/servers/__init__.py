"""What serves a run of tests: a prepared data directory, one cluster and one S3 server, and servers on them."""
