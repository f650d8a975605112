"""Locks of multiprocessing, of each kind and start method."""

import multiprocessing
from multiprocessing import resource_tracker


def prepare(box):
    resource_tracker.ensure_running()  # it is a program; the host has it


def guest(box):
    told = []
    for method in ("fork", "spawn"):
        context = multiprocessing.get_context(method)
        with context.Lock(), context.RLock(), context.Semaphore(2), context.Condition():
            event = context.Event()
            event.set()
            told.append(event.wait(1))
        queue = context.SimpleQueue()
        queue.put(method)
        told.append(queue.get())
    return told
