"""Leave greenlets of gevent's behind in every way: at once, later, in a pool, bare.
needs: gevent
"""

import gevent
import gevent.pool


def enter(world, manager, guest):
    gevent.sleep(0)
    with manager:
        guest(world)
    gevent.sleep(0.02)


def guest(world):
    for made in (
        gevent.spawn(world.attempt, world.harm),
        gevent.spawn_later(0.001, world.attempt, world.harm),
        gevent.pool.Pool(2).spawn(world.attempt, world.harm),
        gevent.spawn_raw(world.attempt, world.harm),
    ):
        assert made is not None
    world.harm()
