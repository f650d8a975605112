"""Pairs of sockets, and selectors."""

import select
import selectors
import socket


def guest(box):
    here, there = socket.socketpair()
    with here, there, selectors.DefaultSelector() as selector:
        selector.register(here, selectors.EVENT_READ)
        there.sendall(b"hello")
        ready = len(selector.select(1)), len(select.select([here], [], [], 1)[0])
        return ready, here.recv(10)
