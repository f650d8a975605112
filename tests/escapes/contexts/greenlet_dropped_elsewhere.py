"""Hand the host's greenlet an object while a greenlet ends that another thread let go of, in a call of the host's own function.
needs: greenlet
"""

import os
import threading

import greenlet

from fastaudit import trusted


def host(world):
    world.price = trusted(lambda: os.listdir("/"))


def enter(world, manager, guest):
    def work():
        with manager:
            guest(world)

    str(greenlet.greenlet(work).switch())


def guest(world):
    class Shown:
        def __str__(self):
            world.attempt(world.harm)
            return ""

    def wait():
        try:
            greenlet.getcurrent().parent.switch()
        finally:
            world.price()

    hosts = greenlet.getcurrent().parent
    left = [greenlet.greenlet(wait)]
    left[0].switch()
    worker = threading.Thread(target=left.clear)
    worker.start()
    worker.join()
    hosts.switch(Shown())
