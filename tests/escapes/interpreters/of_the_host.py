"""
An interpreter that the host made does the harm.
until: 3.12
"""

import _xxsubinterpreters


def host(world):
    world.number = _xxsubinterpreters.create()


def guest(world):
    _xxsubinterpreters.run_string(world.number, f"open({str(world.canary)!r}, 'w').close()")


def after(world):
    _xxsubinterpreters.destroy(world.number)
