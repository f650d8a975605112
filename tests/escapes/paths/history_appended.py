"""Lines are appended to a file outside as to a history."""

import readline


def guest(world):
    readline.add_history("harmed")
    readline.append_history_file(1, str(world.canary))
