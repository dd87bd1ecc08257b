"""Seats for clients: so many in all, and so many for each address."""

from collections import Counter
from collections.abc import Callable, Iterator
from enum import StrEnum
from ipaddress import IPv6Address, ip_address
from typing import Generic, TypeVar

Holder = TypeVar("Holder")

_IPV6_PREFIX = 64  # bits; whoever has one IPv6 address has all that begin with these


class Full(StrEnum):
    """The reason for which there is no seat."""

    SERVER = "server"
    ADDRESS = "address"


class Seats(Generic[Holder]):
    """Seats, some of whose holders are idle: these lose theirs when another needs one.

    Parameters
    ----------
    in_all : int
        Seats in all.
    for_each : int
        Seats for each address.
    evict : callable
        Called with an idle holder that has lost its seat.
    """

    def __init__(self, in_all: int, for_each: int, evict: Callable[[Holder], None]) -> None:
        self._in_all, self._for_each, self._evict = in_all, for_each, evict
        self._networks: dict[Holder, str] = {}
        self._taken: Counter[str] = Counter()
        # By network, or None for all, and whether they are known; the longest idle come first.
        self._idle: dict[tuple[str | None, bool], dict[Holder, None]] = {}
        self._known: dict[Holder, bool] = {}

    def __len__(self) -> int:
        return len(self._networks)

    def __iter__(self) -> Iterator[Holder]:
        return iter(self._networks)

    def take(self, holder: Holder, address: str) -> Full | None:
        """Take a seat, if need be that of the holder who has been idle for longest.

        Parameters
        ----------
        holder : hashable
            The holder; it is busy until `rest` says otherwise.
        address : str
            Its address.

        Returns
        -------
        Full or None
            None if it has a seat; otherwise the reason why not.
        """
        network = network_of(address)
        if self._taken[network] >= self._for_each and not self._free(network):
            return Full.ADDRESS
        if len(self) >= self._in_all and not self._free(None):
            return Full.SERVER
        self._networks[holder] = network
        self._taken[network] += 1
        return None

    def give_up(self, holder: Holder) -> None:
        """Give up a seat, if the holder has one.

        Parameters
        ----------
        holder : hashable
            The holder.
        """
        self.work(holder)
        network = self._networks.pop(holder, None)
        if network is not None:
            self._taken[network] -= 1
            if not self._taken[network]:
                del self._taken[network]

    def rest(self, holder: Holder, *, is_known: bool = False) -> None:
        """Note that a holder is idle from now on.

        Parameters
        ----------
        holder : hashable
            The holder of a seat.
        is_known : bool, optional
            Whether it has done something useful before. Others lose their seats first.
        """
        network = self._networks.get(holder)
        if network is not None and holder not in self._known:
            self._known[holder] = is_known
            for whose in (None, network):
                self._idle.setdefault((whose, is_known), {})[holder] = None

    def work(self, holder: Holder) -> None:
        """Note that a holder is busy.

        Parameters
        ----------
        holder : hashable
            A holder, perhaps of no seat.
        """
        is_known = self._known.pop(holder, None)
        if is_known is None:
            return
        for whose in (None, self._networks[holder]):
            idle = self._idle[whose, is_known]
            del idle[holder]
            if not idle:
                del self._idle[whose, is_known]

    def _free(self, whose: str | None) -> bool:
        """Free a seat of a network, or any; return False if all there are busy."""
        for is_known in (False, True):
            if idle := self._idle.get((whose, is_known)):
                victim = next(iter(idle))
                self.give_up(victim)
                self._evict(victim)
                return True
        return False


def network_of(address: str) -> str:
    """Return the network that one client can have all of: for IPv6 a /64, else the address.

    Parameters
    ----------
    address : str
        An IP address, or anything else that names a client.

    Returns
    -------
    str
        The same for all addresses of such a network.

    Examples
    --------
    >>> network_of("192.0.2.7"), network_of("::ffff:192.0.2.7"), network_of("2001:db8::1:2")
    ('192.0.2.7', '192.0.2.7', '2001:db8::/64')
    """
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    first = int(parsed) >> (128 - _IPV6_PREFIX) << (128 - _IPV6_PREFIX)
    return f"{IPv6Address(first)}/{_IPV6_PREFIX}"
