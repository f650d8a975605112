"""A context that was copied in a trusted call runs the harm, in a thread and in another context, too."""

import contextvars
import threading

from fastaudit import trusted


def host(world):
    world.tool = trusted(contextvars.copy_context)


def guest(world):
    context = world.tool()
    thread = threading.Thread(target=context.run, args=(world.attempt, world.harm))
    thread.start()
    thread.join()
    world.attempt(contextvars.Context().run, context.copy().run, world.harm)
    context.run(world.harm)
