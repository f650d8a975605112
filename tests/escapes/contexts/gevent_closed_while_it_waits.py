"""Wait for a socket by something that has a throw(): the host closes the socket.
needs: gevent
"""

import gevent
import gevent.socket


def enter(world, manager, guest):
    world.socket, world.other = gevent.socket.socketpair()
    gevent.sleep(0)
    with manager:
        guest(world)
    world.socket.close()
    gevent.sleep(0.01)


def guest(world):
    class Waiting:
        def switch(self, *_):
            pass

        def throw(self, *_):
            world.attempt(world.harm)

    world.socket._read_event.start(Waiting().switch)
