"""Which network addresses may be connected to, and a resolver that lets only those through.

A name is resolved, its addresses are checked, and the very address that was checked is the one
connected to: the check stands between the resolver and the connection, for every connection
(redirects and robots.txt too), so no later answer of the name server can slip in another one.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Collection, Sequence
from typing import Any

from twisted.internet.interfaces import (
    IAddress,
    IHostnameResolver,
    IHostResolution,
    IResolutionReceiver,
)
from zope.interface import directlyProvides, implementer, providedBy

IP = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_COMPATIBLE = ipaddress.IPv6Network("::/96")


def is_public(address: str) -> bool:
    """Return whether an IP address is one of the public internet's, embedded IPv4 ones included.

    >>> [is_public(a) for a in ("93.184.216.34", "10.0.0.1", "::ffff:127.0.0.1", "169.254.169.254")]
    [True, False, False, False]
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if ip in _NAT64:  # an IPv4 address in IPv6 form; the prefix itself is registered as reserved
        return _is_public(_last_32_bits(ip))
    return all(_is_public(one) for one in (ip, *_embedded(ip)))


def _is_public(ip: IP) -> bool:
    return ip.is_global and not (
        ip.is_multicast or ip.is_reserved or ip.is_link_local or ip.is_unspecified
    )


def _embedded(ip: IP) -> list[IP]:
    """Return the IPv4 addresses that an IPv6 address carries: mapped, 6to4, Teredo, compatible."""
    if not isinstance(ip, ipaddress.IPv6Address):
        return []
    found: list[IP] = [one for one in (ip.ipv4_mapped, ip.sixtofour) if one]
    found += list(ip.teredo or ())
    if ip in _COMPATIBLE:
        found.append(_last_32_bits(ip))
    return found


def _last_32_bits(ip: IP) -> ipaddress.IPv4Address:
    return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)


class AddressGuard:
    """Decides for one crawl: public addresses, and any address of the hosts named as private."""

    def __init__(
        self, private_hosts: Collection[str] = (), public: Callable[[str], bool] = is_public
    ) -> None:
        self.private_hosts = frozenset(host.lower().rstrip(".") for host in private_hosts)
        self.public = public
        self.refused: dict[str, str] = {}

    def allows(self, host: str, address: str) -> bool:
        """Return whether `host` may be reached at `address`; remember the address where not."""
        if host.lower().rstrip(".") in self.private_hosts or self.public(address):
            return True
        self.refused[host] = address
        return False

    def reactor(self, reactor: Any) -> Any:
        """Return a view of the reactor whose name resolver gives only addresses allowed here."""
        return _GuardedReactor(reactor, self)


class _GuardedReactor:
    """The reactor as it is, but for its name resolver."""

    def __init__(self, reactor: Any, guard: AddressGuard) -> None:
        self._reactor = reactor
        self._guard = guard
        directlyProvides(self, providedBy(reactor))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reactor, name)

    @property
    def nameResolver(self) -> Any:
        return _GuardedResolver(self._reactor.nameResolver, self._guard)


@implementer(IHostnameResolver)
class _GuardedResolver:
    def __init__(self, resolver: Any, guard: AddressGuard) -> None:
        self._resolver = resolver
        self._guard = guard

    def resolveHostName(
        self,
        resolutionReceiver: Any,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Sequence[type[IAddress]] | None = None,
        transportSemantics: str = "TCP",
    ) -> Any:
        receiver = _GuardedReceiver(resolutionReceiver, hostName, self._guard)
        return self._resolver.resolveHostName(
            receiver, hostName, portNumber, addressTypes, transportSemantics
        )


@implementer(IResolutionReceiver)
class _GuardedReceiver:
    def __init__(self, receiver: Any, host: str, guard: AddressGuard) -> None:
        self._receiver = receiver
        self._host = host
        self._guard = guard

    def resolutionBegan(self, resolution: IHostResolution) -> None:
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:
        if self._guard.allows(self._host, address.host):
            self._receiver.addressResolved(address)

    def resolutionComplete(self) -> None:
        self._receiver.resolutionComplete()
