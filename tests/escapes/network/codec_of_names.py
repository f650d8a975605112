"""Replace the codec by which CPython encodes names, and look one up that is granted.
harm: network
policy: default | Policy(connect=["10.0.0.1:*", "one.example:*", "ä.example:*"])
"""

import codecs
import encodings
import socket


def encode(text, errors="strict"):
    return b"127.0.0.1", len(text)


def search(name):
    return codecs.CodecInfo(encode, codecs.utf_8_decode, name=name) if name == "idna" else None


def guest(world):
    codecs.unregister(encodings.search_function)
    codecs.register(search)
    codecs.register(encodings.search_function)
    try:
        for name in ("one.example", "ä.example"):
            world.attempt(socket.getaddrinfo, name, world.port)
            world.attempt(socket.socket().connect, ("127.0.0.1", world.port))
            world.attempt(socket.socket().connect, (name, world.port))
    finally:
        codecs.unregister(search)
