"""Sockets and look-ups: the core answers what the rules mean, for any addresses in policies and events."""

import socket

import worlds
from agreement import answers
from hypothesis import given
from hypothesis import strategies as st

HOSTS = (
    "127.0.0.1", "127.0.0.2", "10.0.0.1", "10.128.0.0", "192.0.2.7", "255.255.255.255", "0.0.0.0", "localhost",
    "example.com", "api.example.com", "evilexample.com", "example.com.evil.org", "a.b.example.com", "example.org",
    "b\u00fccher.example",
)  # fmt: skip
SIX = ("::1", "2001:db8::1", "2001:db9::1", "::", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "fe80::1")
NETWORKS = ("10.0.0.0/8", "10.0.0.0/9", "127.0.0.0/8", "0.0.0.0/0", "::/0", "2001:db8::/32", "::ffff:10.0.0.0/104")
PORTS = (0, 1, 79, 80, 81, 443, 65535)

hosts = st.sampled_from(HOSTS)
spans = st.one_of(
    st.sampled_from(PORTS[1:]).map(str),
    st.just("*"),
    st.tuples(st.sampled_from(PORTS[1:]), st.sampled_from(PORTS[1:])).map(lambda pair: f"{min(pair)}-{max(pair)}"),
)


def with_port(host):
    return spans.map(lambda span: f"{host}:{span}")


entries = st.one_of(
    (hosts | st.sampled_from(("*", "*.example.com", "*.com", "Example.COM"))).flatmap(with_port),
    st.sampled_from(SIX).flatmap(lambda host: with_port(f"[{host}]")),
    st.sampled_from(NETWORKS),
    st.sampled_from(NETWORKS[:4]).flatmap(with_port),
    st.sampled_from(("unix:/run/a", "unix:/run/*", "unix:/run/./a/../b", "unix:@name", "unix:@na*", "unix:**/b")),
)
names_to_look_up = st.lists(hosts | st.sampled_from(("*.example.com", "example.com:80", "[::1]:80", "*")), max_size=2)
lists = st.lists(entries, max_size=3)
values = st.one_of(lists, lists, st.just(True))


def sides(values, names):
    return st.fixed_dictionaries({}, optional={"connect": values, "listen": values, "resolve": names})


policies = st.builds(
    lambda grants, deny, more: {**grants, "deny": deny, **more},
    sides(st.one_of(lists, lists, st.just(True), st.just(False)), names_to_look_up | st.just(True) | st.just(False)),
    st.just({}) | sides(values, names_to_look_up | st.just(True)),
    st.sampled_from([{}, {}, {"socket": True}, {"socket": False}, {"allow": ["socket.connect"]}]),
)

spelled = st.one_of(
    hosts,
    st.sampled_from(("0x7f.1", "2130706433", "127.1", "0177.0.0.1", "", "<broadcast>", "EXAMPLE.com", "example.com.")),
    st.sampled_from(
        ("\uff45xample.com", "stra\u00dfe.example", "xn--bcher-kva.example", "a b", "10.0.0.1 ", "x" * 300)
    ),
)
four = st.tuples(spelled, st.sampled_from((*PORTS, 65536, -1)))
six = st.tuples(spelled | st.sampled_from(SIX), st.sampled_from(PORTS), st.just(0), st.just(0))
unix = st.sampled_from(("/run/a", "/run/b", "/run/../run/a", b"\0name", b"\0nam", b"\0other", "/run/a/b", b"/run/\xff"))
at_addresses = st.sampled_from(("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"))

events = st.one_of(
    st.tuples(at_addresses, st.tuples(st.just(socket.AF_INET), four)),
    st.tuples(at_addresses, st.tuples(st.just(socket.AF_INET6), six)),
    st.tuples(at_addresses, st.tuples(st.just(socket.AF_UNIX), unix)),
    st.tuples(st.just("socket.sendmsg"), st.tuples(st.just(socket.AF_INET), st.none())),
    st.tuples(
        st.just("socket.getaddrinfo"),
        st.tuples(
            spelled | st.none() | st.sampled_from(SIX),
            st.sampled_from(PORTS) | st.none(),
            st.just(0),
            st.just(0),
            st.just(0),
        ),
    ),
    st.tuples(
        st.sampled_from(("socket.gethostbyname", "socket.gethostbyaddr")), st.tuples(spelled | st.sampled_from(SIX))
    ),
    st.tuples(
        st.just("socket.__new__"),
        st.tuples(
            st.none(),
            st.sampled_from((socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.AF_NETLINK)),
            st.sampled_from(
                (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
            ),
            st.just(0),
        ),
    ),
)
SOCKETS = {family: socket.socket(family) for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX)}


def shown(event, args):
    """The arguments as an event has them: a socket in the place of its family."""
    if event in ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"):
        return (SOCKETS[args[0]], args[1])
    return args


@given(policies, st.lists(events, min_size=1, max_size=10))
def test_the_core_judges_addresses_as_the_rules_mean(words, acts):
    policy, parts = worlds.policy(words)
    if policy is None:
        return  # an entry that neither can read
    for event, args in acts:
        core, meant = answers(policy, parts, event, shown(event, args))
        assert core == meant, (event, args, policy)
