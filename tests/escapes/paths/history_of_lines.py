"""The history of the line editor is written outside."""

import readline


def guest(world):
    readline.add_history("harmed")
    readline.write_history_file(str(world.outside / "history"))
