"""Run with resolver.c preloaded: which addresses a look-up opens, and to whom."""

import socket

from fastaudit import Policy, sandbox


def tries(port):
    """What connecting to loopback comes to."""
    with socket.socket() as client:
        try:
            client.connect(("127.0.0.1", port))
        except PermissionError:
            return "refused"
    return "connected"


with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_server(("127.0.0.1", 0)) as other:
    port = listener.getsockname()[1]
    policy = Policy(connect=[f"plugin.example:{port}"])
    with sandbox(policy):
        print("before the look-up:", tries(port))
        socket.create_connection(("plugin.example", port)).close()
        print("after it:", tries(port))
        print("another port:", tries(other.getsockname()[1]))
        with sandbox(Policy(resolve=["plugin.example"])):
            print("a scope inside that may only look up:", tries(port))
    with sandbox(policy):
        print("another scope of the same policy:", tries(port))
    with sandbox(Policy(connect=[f"plugin.example:{port}"])):
        with sandbox(policy):
            socket.getaddrinfo("plugin.example", port)
            print("asked under two scopes that grant it:", tries(port))
        print("and the outer one:", tries(port))
