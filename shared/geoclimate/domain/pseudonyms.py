"""Names for what must stay recognisable without leading to a person."""

import hashlib
import ipaddress
from typing import Final

_LABEL: Final = "geoclimate account "
_PSEUDONYM_CHARACTERS: Final = 32
_IPV4_NETWORK_BITS: Final = 24
_IPV6_NETWORK_BITS: Final = 48


def pseudonym_of(account: str) -> str:
    """The name of an account in the audit log.

    A digest of the account's id. The id is a random UUID of 122 bits, so nobody finds it by trying; once it is erased
    from everywhere else, nothing leads from the pseudonym to the person.
    """
    return hashlib.sha256(f"{_LABEL}{account}".encode()).hexdigest()[:_PSEUDONYM_CHARACTERS]


def network_of(address: str) -> str:
    """The network of an IP address, `192.0.2.0/24` or `2001:db8::/48`, which no longer names one connection.

    Raises:
        ValueError: It is no IP address.
    """
    parsed = ipaddress.ip_address(address)
    bits = _IPV4_NETWORK_BITS if parsed.version == 4 else _IPV6_NETWORK_BITS
    return str(ipaddress.ip_network((parsed, bits), strict=False))
