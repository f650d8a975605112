"""A name that may be connected to leads to addresses: for the scope that asked, and for no other."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from fastaudit import Deny, PermissionViolation, Policy, sandbox

ISOLATED = Path(__file__).parent.parent / "isolated"


@pytest.fixture
def server():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def connect(address, port):
    with socket.socket() as client:
        client.settimeout(60)
        client.connect((address, port))


def test_create_connection_by_name_works_where_the_name_is_granted(server):
    with sandbox(Policy(connect=[f"localhost:{server}"])):
        socket.create_connection(("localhost", server), timeout=60).close()


def test_the_answer_opens_the_ports_of_the_rule_and_no_other(server):
    with sandbox(Policy(connect=["localhost:1", f"localhost:{server}"])):
        socket.getaddrinfo("localhost", server)
        connect("127.0.0.1", server)
    with socket.create_server(("127.0.0.1", 0)) as other, sandbox(Policy(connect=[f"localhost:{server}"])):
        socket.getaddrinfo("localhost", server)
        with pytest.raises(PermissionViolation):
            connect("127.0.0.1", other.getsockname()[1])


def test_an_answer_is_learned_by_the_asking_scope_only(tmp_path):
    resolver = tmp_path / "resolver.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", resolver, ISOLATED / "resolver.c", "-ldl"], check=True)
    done = subprocess.run(
        [sys.executable, ISOLATED / "learn_names.py"],
        env=os.environ | {"LD_PRELOAD": str(resolver)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.splitlines(), done.stderr) == (
        [
            "before the look-up: refused",
            "after it: connected",
            "another port: refused",
            "a scope inside that may only look up: refused",
            "another scope of the same policy: refused",
            "asked under two scopes that grant it: connected",
            "and the outer one: connected",
        ],
        "",
    )


def test_a_nested_scope_that_does_not_grant_the_name_learns_nothing(server):
    with sandbox(Policy(connect=[f"localhost:{server}"])):
        with sandbox(Policy(resolve=["localhost"])):
            socket.getaddrinfo("localhost", server)
            with pytest.raises(PermissionViolation):
                connect("127.0.0.1", server)
        connect("127.0.0.1", server)


def test_a_denied_address_stays_refused_though_a_granted_name_leads_there(server):
    with sandbox(Policy(connect=[f"localhost:{server}"], deny=Deny(connect=["127.0.0.0/8"]))):
        socket.getaddrinfo("localhost", server)
        with pytest.raises(PermissionViolation):
            connect("127.0.0.1", server)


def test_names_that_cannot_be_encoded_are_errors_as_usual():
    for name in ("a" * 70, "a..b", "\udc80"):
        with pytest.raises(UnicodeError):
            socket.getaddrinfo(name, 1)
        with sandbox(Policy(connect=["*.example:1"])), pytest.raises(UnicodeError):
            socket.getaddrinfo(name, 1)


def test_a_text_of_another_class_is_looked_up_as_what_it_is(server):
    class Host(str):
        def encode(self, *_):
            return b"localhost"

    with sandbox(Policy(connect=["127.0.0.9:*", "127.0.0.8:*"])):
        assert socket.getaddrinfo(Host("127.0.0.9"), 1, type=socket.SOCK_STREAM)[0][4] == ("127.0.0.9", 1)
        assert socket.gethostbyname(Host("127.0.0.8")) == "127.0.0.8"
        with pytest.raises(PermissionViolation):
            connect("127.0.0.1", server)
