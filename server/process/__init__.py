"""The life of the server as a process: start and stop, workers, signals, the socket, uvicorn, readiness."""
