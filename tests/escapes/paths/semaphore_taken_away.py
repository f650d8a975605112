"""A semaphore that the host made under a name is deleted."""

import _multiprocessing
import os


def host(world):
    world.name = f"/fastaudit-{os.getpid()}"
    world.semaphore = _multiprocessing.SemLock(0, 1, 1, world.name, False)


def guest(world):
    _multiprocessing.sem_unlink(world.name)


def after(world):
    try:
        _multiprocessing.sem_unlink(world.name)
    except FileNotFoundError:
        world.harm()
