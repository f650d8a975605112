"""
A joinable thread of the module beneath does the harm.
since: 3.13
"""

import _thread


def guest(world):
    _thread.start_joinable_thread(lambda: world.attempt(world.harm)).join(5)
