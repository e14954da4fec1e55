"""The front door and the fuse box: settings, wiring, the wire, the command line, start and stop."""
