"""Link functions to a greenlet of the host's, one by a class of its own that is to make the link.
needs: gevent
"""

import gevent


class Spawned:
    def __init__(self, callback):
        self.callback = callback

    def __call__(self, source):
        self.callback(source)


def enter(world, manager, guest):
    world.greenlet = gevent.spawn(gevent.sleep, 0.001)
    gevent.sleep(0)
    with manager:
        guest(world)
    world.greenlet.join()
    gevent.sleep(0.01)


def guest(world):
    world.greenlet.link(world.harm)
    world.greenlet.link_value(world.harm)
    world.greenlet.rawlink(world.harm)
    world.greenlet.link(world.harm, Spawned)
    world.greenlet.link(callback=world.harm, SpawnedLink=Spawned)
