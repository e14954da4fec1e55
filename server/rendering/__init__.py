"""Draws and reads files that strangers sent: everything here that opens one runs in a child process with limits."""
