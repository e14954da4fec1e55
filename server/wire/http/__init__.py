"""A request over HTTP: its way from the headers to the answer."""
