"""
A new interpreter does the harm.
until: 3.12
"""

import _xxsubinterpreters


def guest(world):
    number = _xxsubinterpreters.create()
    try:
        _xxsubinterpreters.run_string(number, f"open({str(world.canary)!r}, 'w').close()")
    finally:
        _xxsubinterpreters.destroy(number)
