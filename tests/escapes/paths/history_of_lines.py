"""
The history of the line editor is written outside.
until: 3.13
held: no: readline history and init files (before 3.14)
"""

import readline


def guest(world):
    readline.add_history("harmed")
    readline.write_history_file(str(world.outside / "history"))
