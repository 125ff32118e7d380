"""Where events may be delivered to (事件推送的目标): which URLs are taken, and to which addresses a connection is made.

A URL is chosen by somebody outside and asked for by a server inside, so nothing but the public network is a target,
unless the operator names a network. A name is looked up when a connection is made, and the connection goes to the very
address that was checked: what the name means a moment later changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final
from urllib.parse import SplitResult, urlsplit

from domain.vocabulary import WebhookUrlProblem

LONGEST_URL: Final = 2_000
PORTS: Final = frozenset({443, 8443})
"""Where a target listens, outside a sandbox: other services of a machine are none of ours."""

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

LOOPBACK: Final[tuple[Network, ...]] = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
"""What a sandbox may deliver to besides: developers and tests run there."""

_NEVER_PUBLIC: Final[tuple[Network, ...]] = tuple(
    map(
        ip_network,
        (
            "64:ff9b::/96",  # an IPv4 address behind a translator, whichever that is
            "2002::/16",  # the same behind 6to4
            "192.88.99.0/24",  # relays of 6to4
            "168.63.129.16/32",  # a cloud's own services, at a public address
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Targets:
    """What this server delivers to: the public network, and these networks. In a sandbox by http too, at any port."""

    networks: tuple[Network, ...] = ()
    sandbox: bool = False

    @classmethod
    def of(cls, networks: tuple[Network, ...], *, sandbox: bool) -> Targets:
        """The operator's networks, and in a sandbox this machine."""
        return cls((*networks, *(LOOPBACK if sandbox else ())), sandbox)

    def allows(self, address: Address) -> bool:
        """Whether a connection may be made to the address."""
        mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
        found = mapped or address
        if any(found in network for network in self.networks):
            return True
        return found.is_global and not found.is_multicast and not any(found in network for network in _NEVER_PUBLIC)

    def objection(self, url: str) -> WebhookUrlProblem | None:
        """Why a URL is not taken; None where it is. What its name will lead to is seen when a connection is made."""
        if len(url) > LONGEST_URL:
            return WebhookUrlProblem.LENGTH
        parts = _parts(url)
        if parts is None or not parts.hostname:
            return WebhookUrlProblem.SHAPE
        if parts.scheme != "https" and not (self.sandbox and parts.scheme == "http"):
            return WebhookUrlProblem.SCHEME
        if "@" in parts.netloc:
            return WebhookUrlProblem.USER_INFO
        if "#" in url:
            return WebhookUrlProblem.FRAGMENT
        if not self.sandbox and port_of(parts) not in PORTS:
            return WebhookUrlProblem.PORT
        address = literal(parts.hostname)
        if address is not None and not self.allows(address):
            return WebhookUrlProblem.ADDRESS
        return None


PUBLIC: Final = Targets()
"""The public network alone."""


def _parts(url: str) -> SplitResult | None:
    """The parts of a URL of plain printable characters; None where it is none."""
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        return None if parts.port == 0 else parts
    except ValueError:
        return None


def port_of(parts: SplitResult) -> int:
    """The port that a URL names, or that of its scheme."""
    return parts.port or (443 if parts.scheme == "https" else 80)


def literal(host: str) -> Address | None:
    """The address that a host is written as; None where it is a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None
