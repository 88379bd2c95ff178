"""Which addresses a request may reach.

The check is made on the address that the socket is then connected to, so a name that resolves differently a moment later
gains nothing. It holds for redirects as well, since they open connections in the same way.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NameResolutionError
from urllib3.util.connection import create_connection

from include.errors import RefusedAddress

Check = Callable[[str, int], list[str]]
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class AddressGuard:
    """Resolves a host and refuses it unless every address is public, or the connection allows this host and port."""

    def __init__(self, allow_private: tuple[str, ...] = ()) -> None:
        self.allow_private = frozenset(entry.lower() for entry in allow_private)

    def __call__(self, host: str, port: int) -> list[str]:
        """The addresses of ``host`` to connect to, in the resolver's order."""
        bare = host.strip("[]").lower()
        found = socket.getaddrinfo(bare, port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if f"{host.lower()}:{port}" not in self.allow_private and f"{bare}:{port}" not in self.allow_private:
            for address in addresses:
                if not is_public(address):
                    raise RefusedAddress(
                        f"{host}:{port} is at {address}, which is not a public address",
                        where=f"{host}:{port}",
                        what_to_do=f'If this upstream really is inside, add "{host}:{port}" to allow_private of its connection.',
                    )
        return addresses


def is_public(address: str) -> bool:
    """True for a global unicast address; an IPv4 address inside an IPv6 one (mapped, 6to4, Teredo, NAT64) is judged itself."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


def _checked_socket(connection: HTTPConnection, guard: Check) -> socket.socket:
    try:
        addresses = guard(connection._dns_host, connection.port)
    except socket.gaierror as error:
        raise NameResolutionError(connection.host, connection, error) from error
    failure: OSError | None = None
    for address in addresses:
        try:
            return create_connection(
                (address, connection.port),
                connection.timeout,
                source_address=connection.source_address,
                socket_options=connection.socket_options,
            )
        except OSError as error:
            failure = error
    raise failure or OSError(f"{connection.host} has no address")


class GuardedAdapter(HTTPAdapter):
    """A requests adapter whose every connection is opened to an address that ``guard`` passed."""

    def __init__(self, guard: Check, **options: Any) -> None:
        class PlainConnection(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return _checked_socket(self, guard)

        class SecureConnection(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return _checked_socket(self, guard)

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = PlainConnection

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = SecureConnection

        self._pools = {"http": PlainPool, "https": SecurePool}
        super().__init__(**options)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """As requests does it, with connections that check."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: Any, **kwargs: Any) -> Any:
        """Never: a proxy would connect where we cannot look."""
        raise RefusedAddress("A proxy would hide the address that is reached", where=str(proxy), what_to_do="Unset the proxy.")
