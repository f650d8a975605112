"""The history is written to the home, which the guest said lies outside."""

import os
import readline


def guest(world):
    before = os.environ["HOME"]
    os.environ["HOME"] = str(world.outside)
    try:
        readline.add_history("harmed")
        readline.write_history_file()
    finally:
        os.environ["HOME"] = before
