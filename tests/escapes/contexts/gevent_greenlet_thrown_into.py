"""Throw an exception that harms when it is shown into a greenlet of gevent's: at once, by the hub, by its watcher.
needs: gevent
unseen: it is given another exception, a built-in one
"""

import gevent
import gevent.socket


def enter(world, manager, guest):
    def work(wait):
        try:
            wait()
        except Exception as error:
            str(error)

    world.one, world.other = gevent.socket.socketpair()
    world.workers = [gevent.spawn(work, lambda: gevent.sleep(5)) for _ in range(3)]
    world.workers.append(gevent.spawn(work, lambda: world.one.recv(1)))
    gevent.sleep(0)
    with manager:
        gevent.spawn(guest, world)
    gevent.sleep(0.01)


def guest(world):
    class Failure(Exception):
        def __str__(self):
            world.attempt(world.harm)
            return ""

    hub = gevent.get_hub()
    world.workers[0].kill(Failure(), block=False)
    gevent.kill(world.workers[1], Failure)
    hub.cancel_wait(world.one._read_event, Failure())
    hub.loop.run_callback(world.workers[2].throw, Failure)
