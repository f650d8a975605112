"""The keys of connections are logged outside."""

import ssl


def guest(world):
    ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).keylog_filename = str(world.outside / "keys")
