"""Jobs: enqueued, run, cancelled, taken over."""
