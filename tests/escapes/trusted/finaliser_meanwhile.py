"""
Garbage of the guest's is collected while a trusted function runs.
held: no: finalisers and trace functions
"""

import gc

from fastaudit import trusted


def host(world):
    world.tool = trusted(gc.collect)


def guest(world):
    class Trap:
        def __del__(self):
            world.attempt(world.harm)

    trap = Trap()
    trap.itself = trap
    del trap
    world.tool()
