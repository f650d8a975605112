"""A thread of a thread, in an empty context, does the harm."""

import contextvars
import threading


def guest(world):
    def work():
        inner = threading.Thread(target=contextvars.Context().run, args=(world.attempt, world.harm))
        inner.start()
        inner.join()

    worker = threading.Thread(target=work)
    worker.start()
    worker.join()
