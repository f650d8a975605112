"""Exchange what a watcher of the host's calls, and what its loop is about to call.
needs: gevent
"""

import gevent


def enter(world, manager, guest):
    loop = gevent.get_hub().loop
    world.timer = loop.timer(0.001)
    world.timer.start(int)
    world.soon = loop.run_callback(int)
    with manager:
        guest(world)
    gevent.sleep(0.02)


def guest(world):
    world.timer.callback = world.harm
    world.soon.callback = world.harm
    world.attempt(setattr, world.soon, "args", (world,))
