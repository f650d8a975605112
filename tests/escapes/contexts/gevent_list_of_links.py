"""Have the hub notify nobody but a list of its own, which it fills afterwards.
needs: gevent
"""

import gevent
import gevent.event


def enter(world, manager, guest):
    world.event = gevent.event.Event()
    gevent.sleep(0)
    world.event.rawlink(int)
    with manager:
        guest(world)
    world.event.set()
    gevent.sleep(0.02)


def guest(world):
    links = []
    world.event.rawlink(lambda _: given.args[0].append(world.harm))
    given = gevent.get_hub().loop.run_callback(world.event._notify_links, links)
    links.append(world.harm)
    world.attempt(lambda: given.args[0].append(world.harm))
