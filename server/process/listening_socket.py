"""The socket the server listens on, taken before anything slow begins, so that a taken port is told at once."""

import errno
import socket

from server.errors import OperatorError


def bind(host: str, port: int) -> socket.socket:
    """A bound socket that does not accept connections yet. Raises OperatorError with the way out."""
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError):
        raise OperatorError(
            f"the host {host!r} is not an address of this machine; set PARTSGRAPH_HOST or --host"
        ) from None
    family, kind, protocol, _, address = found[0]
    bound = socket.socket(family, kind, protocol)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except OSError as error:
        bound.close()
        raise OperatorError(_told(error, host, port)) from None
    bound.setblocking(False)
    bound.set_inheritable(False)
    return bound


def url_of(bound: socket.socket) -> str:
    """The address to open in a browser."""
    host, port = bound.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}/"


def _told(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"port {port} on {host} is taken by another program; stop that one, or choose another port with --port "
            "or PARTSGRAPH_PORT"
        )
    if error.errno == errno.EACCES:
        return f"port {port} needs rights this user does not have; choose one above 1023 with --port or PARTSGRAPH_PORT"
    return f"cannot listen on {host} port {port} ({error.strerror}); set PARTSGRAPH_HOST and PARTSGRAPH_PORT"
