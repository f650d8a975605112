"""The guest raises events that speak of what is granted, and then does something else."""

import sys


def guest(world):
    for _ in range(3):
        world.attempt(sys.audit, "open", str(world.box / "mine"), "w", 0)
        world.attempt(sys.audit, "fastaudit.end", None)
        world.attempt(sys.audit, "cpython._PySys_ClearAuditHooks")
        world.attempt(sys.audit, "sys.addaudithook")
        world.attempt(sys.audit, "cpython.PyInterpreterState_Clear")
        world.attempt(sys.audit, "_thread.start_new_thread", None, (), {})
    world.harm()
