"""The front door: settings, log, embedded servers, start and stop, command line."""
