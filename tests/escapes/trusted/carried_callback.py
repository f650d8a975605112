"""A trusted function is given a carried callback that does the harm, in an empty context and in a thread."""

import contextvars
import threading

from fastaudit import carry, trusted


def host(world):
    world.tool = trusted(lambda act: act())


def guest(world):
    def act():
        thread = threading.Thread(target=world.attempt, args=(world.harm,))
        thread.start()
        thread.join()
        world.attempt(contextvars.Context().run, world.harm)
        world.harm()

    world.tool(carry(act))
