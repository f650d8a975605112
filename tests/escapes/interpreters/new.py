"""
A new interpreter runs the harm.
since: 3.13
"""

import _interpreters


def guest(world):
    number = _interpreters.create()
    try:
        _interpreters.exec(number, f"open({str(world.canary)!r}, 'w').close()")
    finally:
        _interpreters.destroy(number)
