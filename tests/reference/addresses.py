"""What an address in a policy covers, and what an address in an event means (DESIGN 6, docs/adr/0201)."""

import fnmatch
import ipaddress
import os
import socket
from dataclasses import dataclass

from reference import paths
from reference.places import place
from reference.table import ALLOW, NETWORK, Malformed, number, refuse, text

LOOPBACK = (ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("::1"))
EVERY_PORT = range(65536)


@dataclass(frozen=True)
class Entry:
    """An entry of connect, listen or resolve."""

    kind: str  # all, host, suffix, net, unix, abstract
    what: object
    ports: range = EVERY_PORT

    def has_ip(self, ip, *, broadly=False):
        if self.kind == "all":
            return True
        if self.kind == "host" and self.what == "localhost":
            return ip in LOOPBACK or (broadly and ip in ipaddress.ip_network("127.0.0.0/8"))
        return self.kind == "net" and ip.version == self.what.version and ip in self.what

    def has_name(self, name):
        if self.kind == "all":
            return True
        if name is None:
            return False
        if self.kind == "net":
            return name == "localhost" and any(self.has_ip(ip) for ip in LOOPBACK)
        if self.kind == "suffix":
            return name.endswith(self.what)
        return self.kind == "host" and name == self.what

    def has_path(self, path, abstract):
        if self.kind != ("abstract" if abstract else "unix"):
            return False
        if abstract:
            return fnmatch.fnmatchcase(paths.characters(path), paths.characters(self.what))
        return self.what.covers(path) and not self.what.covers(os.path.dirname(path))  # itself, nothing beneath


def meant_ip(ip):
    """An address as rules compare it: IPv4 mapped into IPv6 is that IPv4 address."""
    ip = ipaddress.ip_address(ip) if isinstance(ip, (str, int, bytes)) else ip
    return ip.ipv4_mapped if ip.version == 6 and ip.ipv4_mapped else ip


def entry(written, right, base):
    """Read an entry of a policy."""
    if written[:5].lower() == "unix:":
        name = written[5:]
        if name.startswith("@"):
            return Entry("abstract", os.fsencode(name[1:]))
        return Entry("unix", place(name, base))
    host, ports = written.lower(), EVERY_PORT
    if host.startswith("["):
        host, _, rest = host[1:].partition("]")
        net, colon, said = rest.partition(":")
        host += net
    elif "/" in host:
        net, _, bits = host.rpartition("/")
        bits, colon, said = bits.partition(":")
        host = f"{net}/{bits}"
    else:
        host, colon, said = host.rpartition(":") if ":" in host else (host, "", "")
    if colon and said != "*":
        low, _, high = said.partition("-")
        ports = range(int(low), int(high or low) + 1)
    if host == "*":
        return Entry("all", None, ports)
    if host.startswith("*."):
        return Entry("suffix", _name(host[1:]), ports)
    try:
        return Entry("net", _network(host), ports)
    except ValueError:
        return Entry("host", _name(host), ports)


def _network(host):
    net = ipaddress.ip_network(host)
    mapped = net.version == 6 and net.network_address.ipv4_mapped
    if mapped and net.prefixlen >= 96:
        return ipaddress.ip_network((mapped, net.prefixlen - 96))
    return net


def _name(host):
    return host.rstrip(".") if host.isascii() else host.encode("idna").decode().lower()


@dataclass(frozen=True)
class Address:
    """An address of an event."""

    family: str  # inet, unix, abstract, none, other
    ip: object = None
    name: object = None  # given instead of a number
    doubtful: bool = False  # look-ups may read the name as another one
    port: int | None = None  # None: the event has none
    path: bytes = b""
    failed: bool = False  # the path of a unix socket cannot be resolved

    @property
    def wildcard(self):
        return self.ip is not None and self.ip.is_unspecified


def of_host(host, port, version=4):
    """An address by host, as CPython takes it: a name, or a number in any spelling of the C library."""
    given = text(host)
    spelled = given.decode("utf-8", "surrogateescape")
    if spelled == "":
        return Address("inet", ip=ipaddress.ip_address("0.0.0.0" if version == 4 else "::"), port=port)
    if spelled == "<broadcast>":
        return Address("inet", ip=ipaddress.ip_address("255.255.255.255"), port=port)
    ip = literal(spelled)
    if ip is not None:
        return Address("inet", ip=meant_ip(ip), port=port)
    name, doubtful = meant_name(spelled)
    return Address("inet", name=name, doubtful=doubtful, port=port)


def literal(spelled):
    """The address that a text means without any look-up, or None."""
    try:
        return ipaddress.ip_address(spelled.partition("%")[0] if ":" in spelled else spelled)
    except ValueError:
        pass
    try:
        return ipaddress.ip_address(socket.inet_aton(spelled)) if spelled.isascii() and not _blank(spelled) else None
    except (OSError, ValueError):
        return None


def _blank(spelled):
    return any(character.isspace() or character == "\0" for character in spelled)


def meant_name(spelled):
    """A name as rules compare it, and whether look-ups may read it as another; None: it leads nowhere."""
    name = spelled.removesuffix(".").lower()
    if not name.isascii():
        try:
            encoded = spelled.removesuffix(".").encode("idna").decode()
            plain = ".".join(
                label if label.isascii() else "xn--" + label.encode("punycode").decode() for label in spelled.split(".")
            )
        except UnicodeError:
            return None, True
        return plain.removesuffix(".").lower(), plain.removesuffix(".").lower() != encoded
    if len(name) > 253 or any(not 0 < len(label) < 64 for label in name.split(".")):
        return None, False
    plain = all(character.isalnum() or character in "-_." for character in name)
    return (name if plain else None), not plain


def of_socket(sock, address, *, follow=True):
    """The address of connect, bind and sendto."""
    family = socket.AddressFamily(sock.family) if isinstance(sock, socket.socket) else None
    if family is None:
        raise Malformed
    if address is None:
        return Address("none")
    if family is socket.AF_UNIX:
        return of_unix(address, follow=follow)
    if family not in (socket.AF_INET, socket.AF_INET6):
        return Address("other")
    counts = (2,) if family is socket.AF_INET else (2, 3, 4)
    if not isinstance(address, tuple) or len(address) not in counts:
        raise Malformed
    port = number(address[1])
    if port not in EVERY_PORT:
        raise Malformed
    if isinstance(address[0], str) and not (type(address[0]) is str and address[0].isascii()):
        raise Malformed  # encoded by a codec that a guest can exchange, or by the object itself
    return of_host(address[0], port, 4 if family is socket.AF_INET else 6)


def of_unix(address, *, follow):
    path = text(address)
    if not path:
        return Address("none")
    if path.startswith(b"\0"):
        return Address("abstract", path=path[1:])
    path = path.partition(b"\0")[0]
    try:
        return Address("unix", path=paths.canonical(path, follow=follow))
    except (OSError, paths.Nameless):
        return Address("unix", failed=True)


# What a policy says of an address


def reaches(part, right, address):
    """Whether one of connect and listen is granted and not denied at an address; the answer."""
    if right in part.denies.whole:
        return refuse(right, "denied")
    if address.family == "other":
        return ALLOW if has_whole(part, "socket") else refuse("socket", "right-not-granted")
    if address.family == "none":
        # Sending on a socket that is connected; listening on one that nobody bound opens a port without a name.
        return ALLOW if right == "connect" or has_whole(part, right) else refuse(right, "address-not-granted")
    if address.failed:
        return refuse(right, "unresolvable")
    if any(word == right and denies(entry, address, right) for word, entry in part.denies.addresses):
        return refuse(right, "denied")
    if has_whole(part, right):
        return ALLOW
    if any(word == right and grants(entry, address, right) for word, entry in part.grants.addresses):
        return ALLOW
    return refuse(right, "address-not-granted" if part.grants.says_anything_of(right) else "right-not-granted")


def reaches_everything(part):
    rights = {*NETWORK, "socket"}
    return rights <= part.grants.whole and not rights & part.denies.whole and not part.denies.addresses


def has_whole(part, right):
    return right in part.grants.whole and right not in part.denies.whole


def is_every_address(entry):
    return entry.kind == "all" or (entry.kind == "net" and entry.what.prefixlen == 0)


def grants(entry, address, right):
    """Whether an entry covers an address for sure."""
    if address.family in ("unix", "abstract"):
        return entry.has_path(address.path, address.family == "abstract")
    if entry.kind in ("unix", "abstract") or address.port not in entry.ports:
        return False
    if address.ip is None:
        return entry.has_name(address.name)
    if address.wildcard and right == "listen":
        exactly = entry.kind == "net" and entry.what.num_addresses == 1 and address.ip in entry.what
        return exactly or entry.kind == "all" or (is_every_address(entry) and entry.has_ip(address.ip))
    if address.wildcard:  # connects to this machine
        return entry.has_ip(address.ip) or entry.has_ip(LOOPBACK[address.ip.version == 6])
    return entry.has_ip(address.ip)


def denies(entry, address, right):
    """Whether an entry covers an address, or cannot be told apart from one that it covers."""
    if address.family in ("unix", "abstract"):
        return entry.has_path(address.path, address.family == "abstract")
    if entry.kind in ("unix", "abstract") or address.port not in entry.ports:
        return False
    if address.ip is None:
        # A name that is looked up while connecting may lead to any address.
        led = address.name != "localhost" and (entry.kind == "net" or entry.what == "localhost")
        return led or (address.doubtful and entry.kind != "net") or entry.has_name(address.name)
    if address.wildcard and right == "listen":
        if entry.kind == "net":
            return address.ip.version == 6 or entry.what.version == 4
        return entry.kind != "suffix"
    here = (address.ip, LOOPBACK[0], LOOPBACK[address.ip.version == 6]) if address.wildcard else (address.ip,)
    return any(entry.has_ip(ip, broadly=True) for ip in here)


def looks_up(part, address, *, reverse=False):
    """Whether a name may be looked up; a literal address is no look-up but in reverse."""
    by_name = address.ip is None
    if not by_name and not reverse:
        return ALLOW
    if "resolve" in part.denies.whole:
        return refuse("resolve", "denied")
    for word, entry in part.denies.addresses:
        useless = word == "connect" and by_name and entry.ports == EVERY_PORT and entry.kind != "net"
        if (word == "resolve" or useless) and not is_unix(entry) and looked_up_by(entry, address, broadly=True):
            return refuse("resolve", "denied")
    if has_whole(part, "connect") or has_whole(part, "resolve"):
        return ALLOW
    said = {right for right, _ in part.grants.addresses} - part.denies.whole
    for word, entry in part.grants.addresses:
        # One that listens everywhere names nobody whom a server would look up.
        if word in said and not (word == "listen" and is_every_address(entry)) and looked_up_by(entry, address):
            return ALLOW
    listens = any(word == "listen" and word in said and not is_unix(entry) for word, entry in part.grants.addresses)
    if (listens or has_whole(part, "listen")) and is_local(address):
        return ALLOW
    return refuse("resolve", "address-not-granted" if said else "right-not-granted")


def is_unix(entry):
    return entry.kind in ("unix", "abstract")


def looked_up_by(entry, address, *, broadly=False):
    if is_unix(entry):
        return False
    if address.ip is not None:
        return entry.has_ip(address.ip, broadly=broadly)
    return entry.has_name(address.name) or (broadly and address.doubtful and entry.kind != "net")


def is_local(address):
    """What servers ask about the address they bind: itself, the wildcard, this machine."""
    if address.ip is None:
        return address.name == "localhost"
    return address.ip.is_loopback or address.wildcard
