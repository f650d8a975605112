"""
What a thread keeps for itself does its harm when the thread ends.
held: no: what a thread keeps in threading.local
"""

import threading


class Trap:
    def __init__(self, world):
        self.world = world

    def __del__(self):
        self.world.attempt(self.world.harm)


def guest(world):
    local = threading.local()
    worker = threading.Thread(target=lambda: setattr(local, "trap", Trap(world)))
    worker.start()
    worker.join()
