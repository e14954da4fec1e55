"""The address of a client is what trusted proxies say of it, and nothing that it says itself."""

import pytest

from server.wire.http.client_address import ClientAddresses

PROXIES = ("10.0.0.0/8", "2001:db8:1::/48", "192.0.2.10")


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.9", [], "203.0.113.9"),
        ("203.0.113.9", ["198.51.100.7"], "203.0.113.9"),
        ("10.1.2.3", [], "10.1.2.3"),
        ("10.1.2.3", ["198.51.100.7"], "198.51.100.7"),
        ("10.1.2.3", ["198.51.100.7:4711"], "198.51.100.7"),
        ("10.1.2.3", ["192.0.2.99, 198.51.100.7"], "198.51.100.7"),
        ("10.1.2.3", ["192.0.2.99", "198.51.100.7, 10.9.9.9"], "198.51.100.7"),
        ("10.1.2.3", ["198.51.100.7, 192.0.2.11, 192.0.2.10"], "192.0.2.11"),
        ("10.1.2.3", ["198.51.100.7, unknown"], "10.1.2.3"),
        ("10.1.2.3", ["10.4.4.4, 10.5.5.5"], "10.4.4.4"),
        ("::ffff:10.1.2.3", ["198.51.100.7"], "198.51.100.7"),
        ("2001:db8:1::5", ["2001:db8:7:8:9::1"], "2001:db8:7:8::/64"),
        ("2001:db8:1::5", ["[2001:db8:7:8::2]:443"], "2001:db8:7:8::/64"),
        (None, ["198.51.100.7"], ""),
    ],
)
def test_the_nearest_address_that_is_no_trusted_proxy_counts(
    peer: str | None, forwarded: list[str], expected: str
) -> None:
    headers = [(b"x-forwarded-for", line.encode()) for line in forwarded]
    scope = {"type": "websocket", "client": (peer, 1) if peer else None, "headers": headers}
    assert ClientAddresses(PROXIES).of(scope) == expected
