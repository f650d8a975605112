"""What is put into a queue of multiprocessing's that can be joined does harm when a thread of the host's pickles it."""

import multiprocessing

import hosts


def host(world):
    world.queue = multiprocessing.JoinableQueue()
    world.queue.put(1)  # which starts the thread
    assert world.queue.get(timeout=20) == 1


def guest(world):
    world.queue.put(hosts.HarmfulToPickle(world))


def after(world):
    assert world.queue.get(timeout=20) == 0
    world.queue.close()
    world.queue.join_thread()
