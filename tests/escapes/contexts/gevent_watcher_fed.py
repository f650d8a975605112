"""Feed a watcher with a callback, start a timer again with one, name one by its keyword.
needs: gevent
"""

import gevent


def enter(world, manager, guest):
    gevent.sleep(0)
    with manager:
        guest(world)
    gevent.sleep(0.02)


def guest(world):
    loop = gevent.get_hub().loop
    world.watchers = [loop.timer(5), loop.timer(0.001, 0.001), loop.async_(), loop.check()]
    fed, again, sent, checked = world.watchers
    fed.start(int)
    fed.feed(loop.timer and 0x100, world.harm)
    again.again(world.harm)
    sent.start(callback=world.harm)
    sent.send()
    checked.start(world.harm)
    loop.run_callback_threadsafe(world.harm)
