"""Running a server: settings, log, embedded servers, start and stop, workers, command line."""
