"""A pool of gevent's threads that the host uses is given work: at once, with a callback, through its executor.
needs: gevent
"""

import gevent
import gevent.threadpool


def enter(world, manager, guest):
    world.pool = gevent.get_hub().threadpool
    world.executor = gevent.threadpool.ThreadPoolExecutor(1)
    world.pool.spawn(int).get()
    world.executor.submit(int).result()
    with manager:
        guest(world)
    gevent.sleep(0.02)


def guest(world):
    made = [
        world.pool.spawn(world.attempt, world.harm),
        world.pool.apply_async(world.attempt, (world.harm,)),
        world.executor.submit(world.attempt, world.harm),
    ]
    world.pool.apply(world.harm)
    assert made
