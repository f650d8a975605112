"""
A manager of the host's unpickles, in its own process, what it is asked to keep.
held: no: what another process of the host's takes from a queue, a pipe or a manager of multiprocessing's
"""

import multiprocessing


class Thing:
    """Does the harm where it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return exec, (f"open({str(self.path)!r}, 'w').write('harmed')",)


def host(world):
    world.manager = multiprocessing.get_context("fork").Manager()
    world.kept = world.manager.list([1])  # and a connection of this thread's
    assert len(world.kept) == 1


def guest(world):
    world.kept.append(Thing(world.canary))


def after(world):
    world.manager.shutdown()
