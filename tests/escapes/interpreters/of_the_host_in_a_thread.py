"""
An interpreter that the host made does the harm, in a thread.
until: 3.12
"""

import _xxsubinterpreters
import threading


def host(world):
    world.number = _xxsubinterpreters.create()


def guest(world):
    worker = threading.Thread(
        target=world.attempt,
        args=(_xxsubinterpreters.run_string, world.number, f"open({str(world.canary)!r}, 'w').close()"),
    )
    worker.start()
    worker.join()


def after(world):
    _xxsubinterpreters.destroy(world.number)
