"""A generator opens a scope, is suspended, and does its harm in another thread that resumes it."""

import contextlib
import threading


def enter(world, manager, guest):
    def body():
        with manager:
            yield
            guest(world)

    def resume():
        with contextlib.suppress(PermissionError):
            next(generator, None)

    generator = body()
    next(generator)
    worker = threading.Thread(target=resume)
    worker.start()
    worker.join()
    generator.close()


def guest(world):
    world.harm()
