"""What the core reads from events about sockets and look-ups."""

import os
import socket
import sysconfig

import pytest

from fastaudit import _core

RIGHTS = _core.RIGHTS
FREE_THREADED = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
V4 = b"\0" * 10 + b"\xff\xff"


def unpack(event, *args):
    return _core.unpack(event, args)


def address(event, *args):
    shown = unpack(event, *args)
    assert shown["shape"] == "address", shown
    return shown["operands"]


def asks_nothing(event, *args):
    shown = unpack(event, *args)
    return shown["right"] == len(RIGHTS) and shown["shape"] == "none"


@pytest.fixture
def tcp():
    with socket.socket() as one:
        yield one


@pytest.fixture
def tcp6():
    with socket.socket(socket.AF_INET6) as one:
        yield one


@pytest.fixture
def unix(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as one:
        yield one


@pytest.mark.parametrize(
    "host, ip",
    [
        ("127.0.0.1", V4 + b"\x7f\0\0\1"),
        (b"127.0.0.1", V4 + b"\x7f\0\0\1"),
        ("127.1", V4 + b"\x7f\0\0\1"),
        ("0x7f.1", V4 + b"\x7f\0\0\1"),
        ("2130706433", V4 + b"\x7f\0\0\1"),
        ("<broadcast>", V4 + b"\xff\xff\xff\xff"),
        ("", V4 + b"\0\0\0\0"),
    ],
)
def test_every_spelling_of_an_address_is_what_it_means(tcp, host, ip):
    read = address("socket.connect", tcp, (host, 80))
    assert (read["family"], read["host"], read["ip"], read["port"]) == ("inet", b"", ip, 80)
    assert read["any"] is (ip == V4 + b"\0\0\0\0")
    assert read["stream"]


@pytest.mark.parametrize("tail", [(), (0,), (0, 0)])
def test_an_address_of_version_6_has_up_to_four_parts(tcp6, tail):
    assert address("socket.bind", tcp6, ("::1", 80, *tail))["ip"] == b"\0" * 15 + b"\1"
    assert address("socket.bind", tcp6, ("::ffff:10.0.0.1", 80, *tail))["ip"] == V4 + b"\x0a\0\0\1"
    assert address("socket.bind", tcp6, ("", 80, *tail))["any"]


def test_what_is_no_address_is_a_name(tcp):
    assert address("socket.connect", tcp, ("Example.com", 80))["host"] == b"Example.com"
    assert address("socket.connect", tcp, ("1.2.3.4.example", 80))["host"] == b"1.2.3.4.example"


def test_datagrams_are_told_from_streams():
    with socket.socket(type=socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as udp:
        assert not address("socket.sendto", udp, ("127.0.0.1", 53))["stream"]
        assert address("socket.sendmsg", udp, None)["family"] == "none"


class Liar(socket.socket):
    """A socket that says it were another."""

    family = property(lambda self: socket.AF_UNIX)
    type = property(lambda self: 1 / 0)

    def __getattribute__(self, name):
        raise AssertionError(name)


def test_the_family_is_the_socket_s_own():
    one = Liar()
    try:
        assert address("socket.connect", one, ("127.0.0.1", 80))["family"] == "inet"
        assert unpack("socket.connect", one, "/tmp/x")["shape"] == "broken"
    finally:
        socket.socket.close(socket.socket(fileno=socket.socket.__base__.detach(one)))


def test_no_other_object_passes_for_a_socket():
    claims = type("_socket.socket", (), {"family": socket.AF_INET, "type": socket.SOCK_STREAM})()
    for one in (claims, object(), None, 3, type("socket", (), {})):
        assert unpack("socket.connect", one, ("127.0.0.1", 80))["shape"] == "broken"


def test_a_unix_path_is_canonical(unix, tmp_path):
    (tmp_path / "link").symlink_to("real")
    for name in ("link", b"link", memoryview(b"link").tobytes() + b"\0rest"):
        read = address("socket.connect", unix, name)
        assert read["family"] == "unix"
        assert read["path"] == os.fsencode(os.path.realpath(tmp_path / "real"))
    assert address("socket.bind", unix, "link")["path"].endswith(b"/link")


def test_an_address_that_another_thread_may_change_is_read_only_where_there_is_a_gil(tcp):
    shown = unpack("socket.connect", tcp, (bytearray(b"127.0.0.1"), 80))
    if FREE_THREADED:
        assert shown["shape"] == "broken"
    else:
        assert shown["operands"]["ip"] == V4 + b"\x7f\0\0\1"


def test_a_unix_path_that_another_thread_may_change_is_read_only_where_there_is_a_gil(unix, tmp_path):
    (tmp_path / "link").symlink_to("real")
    shown = unpack("socket.connect", unix, bytearray(b"link"))
    if FREE_THREADED:
        assert shown["shape"] == "broken"
    else:
        assert shown["operands"]["path"] == os.fsencode(os.path.realpath(tmp_path / "real"))


def test_a_unix_path_that_cannot_be_resolved_says_so(unix):
    read = address("socket.connect", unix, "x" * 5000)
    assert read["error"] != 0
    assert read["path"] == b""


def test_an_abstract_name_is_no_path(unix):
    assert address("socket.bind", unix, b"\0name")["path"] == b"name"
    assert address("socket.bind", unix, b"\0name")["family"] == "abstract"
    assert address("socket.bind", unix, "")["family"] == "abstract"


@pytest.mark.parametrize("family", [socket.AF_PACKET, socket.AF_NETLINK, 40, 9999])
def test_a_new_socket_of_a_rare_family_is_other(family):
    assert address("socket.__new__", None, family, socket.SOCK_RAW, 0)["family"] == "other"


def test_a_new_socket_is_judged_by_what_it_reaches():
    assert address("socket.__new__", None, socket.AF_INET, socket.SOCK_STREAM, 0)["family"] == "inet"
    assert (
        address("socket.__new__", None, socket.AF_INET6, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK, 0)["family"]
        == "inet"
    )
    assert address("socket.__new__", None, socket.AF_INET, socket.SOCK_RAW, 1)["family"] == "other"
    assert asks_nothing("socket.__new__", None, socket.AF_UNIX, socket.SOCK_STREAM, 0)
    assert asks_nothing("socket.__new__", None, -1, -1, -1)


def test_looking_up_an_address_asks_nothing():
    assert asks_nothing("socket.getaddrinfo", "127.0.0.1", 80, 0, 0, 0)
    assert asks_nothing("socket.getaddrinfo", b"::1", "http", 0, 0, 0)
    assert asks_nothing("socket.getaddrinfo", None, 80, 0, 0, 0)
    assert asks_nothing("socket.gethostbyname", "127.0.0.1")


def test_looking_up_the_name_of_an_address_asks():
    assert address("socket.gethostbyaddr", "127.0.0.1")["ip"] == V4 + b"\x7f\0\0\1"
    assert address("socket.getnameinfo", ("::1", 80, 0, 0))["ip"] == b"\0" * 15 + b"\1"


@pytest.mark.parametrize(
    "given, port",
    [
        (443, 443),
        ("443", 443),
        (b"443", 443),
        ("https", -1),
        (None, -1),
        ("", -1),
        ("99999", -1),
        (70000, -1),
        ("4\u0663", -1),
    ],
)
def test_a_look_up_shows_name_and_port(given, port):
    read = address("socket.getaddrinfo", "example.com", given, 0, socket.SOCK_DGRAM, 0)
    assert (read["host"], read["port"], read["stream"]) == (b"example.com", port, False)


def test_the_system_log_is_the_socket_it_goes_to():
    read = address("syslog.syslog", 1, "text")
    assert (read["family"], read["stream"]) == ("unix", False)


@pytest.mark.parametrize(
    "given",
    [
        None.__class__,
        (),
        ("127.0.0.1",),
        ("127.0.0.1", "80"),
        ("127.0.0.1", -1),
        ("127.0.0.1", 65536),
        ("127.0.0.1", 2**70),
        ("127.0.0.1", 80, 0, 0, 0),
        ("a\0b", 80),
        (None, 80),
        ["127.0.0.1", 80],
        "127.0.0.1",
        (type("T", (), {"__index__": lambda self: 1 / 0})(), 80),
    ],
    ids=range(13),
)
def test_an_address_of_another_shape_is_broken(tcp, given):
    for event in ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"):
        assert unpack(event, tcp, given)["shape"] == "broken"


def test_arguments_in_another_number_are_broken(tcp):
    for event in (
        "socket.connect",
        "socket.__new__",
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "socket.getnameinfo",
    ):
        for args in ((), (tcp,) * 3, (object(),) * 6):
            assert unpack(event, *args)["shape"] == "broken"
