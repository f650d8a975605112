"""
An interpreter of the standard library's own module does the harm.
since: 3.14
"""

import concurrent.interpreters


def guest(world):
    interpreter = concurrent.interpreters.create()
    interpreter.exec(f"open({str(world.canary)!r}, 'w').close()")
