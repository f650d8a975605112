"""Add a function that gevent calls with every greenlet that anybody spawns.
needs: gevent
"""

import gevent


def enter(world, manager, guest):
    gevent.sleep(0)
    with manager:
        guest(world)
    gevent.spawn(int).join()


def guest(world):
    gevent.Greenlet.add_spawn_callback(world.harm)


def after(world):
    gevent.Greenlet.remove_spawn_callback(world.harm)
