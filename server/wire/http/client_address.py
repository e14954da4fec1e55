"""Where a client is: the other end of the connection, or what trusted proxies say of it."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import Scope

_Address = IPv4Address | IPv6Address
_NETWORK_BITS = 64


class ClientAddresses:
    """X-Forwarded-For counts from the trusted proxies alone: anybody else could write whatever he likes there."""

    def __init__(self, trusted_proxies: Sequence[str]) -> None:
        self._trusted = [ip_network(each, strict=False) for each in trusted_proxies]

    def of(self, scope: Scope) -> str:
        """The address of the client, an IPv6 one without what its owner may choose; empty where there is none.

        Each proxy appends whom it was called by, so the nearest address that is no trusted proxy is the client's.
        """
        client = scope.get("client")
        address = _read(client[0]) if client else None
        forwarded = ",".join(Headers(scope=scope).getlist("x-forwarded-for")).split(",")
        while address is not None and self._trusts(address) and forwarded:
            before = _read(forwarded.pop())
            if before is None:
                break
            address = before
        return _network(address)

    def _trusts(self, address: _Address) -> bool:
        return any(address in network for network in self._trusted)


def _read(written: str) -> _Address | None:
    """The address in "192.0.2.1", "192.0.2.1:80", "2001:db8::1" or "[2001:db8::1]:80"."""
    written = written.strip()
    if written.startswith("["):
        written = written[1:].partition("]")[0]
    elif written.count(":") == 1:
        written = written.partition(":")[0]
    try:
        address = ip_address(written)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _network(address: _Address | None) -> str:
    if isinstance(address, IPv6Address):
        return str(ip_network((address, _NETWORK_BITS), strict=False))
    return str(address or "")
