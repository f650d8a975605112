"""A thread of the module beneath does the harm."""

import _thread


def guest(world):
    done = _thread.allocate_lock()
    done.acquire()

    def work():
        world.attempt(world.harm)
        done.release()

    _thread.start_new_thread(work, ())
    done.acquire(timeout=5)
