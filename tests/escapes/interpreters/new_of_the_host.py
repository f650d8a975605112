"""
An interpreter that the host made runs the harm.
since: 3.13
unseen: the refusal is an error in the other interpreter, and on record there
"""

import _interpreters


def host(world):
    world.number = _interpreters.create()


def guest(world):
    _interpreters.exec(world.number, f"open({str(world.canary)!r}, 'w').close()")


def after(world):
    _interpreters.destroy(world.number)
