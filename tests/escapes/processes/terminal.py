"""
A program is started on a terminal of its own.
harm: child
"""

import pty


def guest(world):
    pty.spawn(["touch", str(world.mark)], lambda _: b"")
