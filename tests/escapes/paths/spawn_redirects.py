"""
A granted program's output is led into a file outside.
policy: default | Policy(run=["true"])
"""

import os
import shutil


def guest(world):
    redirect = (os.POSIX_SPAWN_OPEN, 1, str(world.outside / "new"), os.O_WRONLY | os.O_CREAT, 0o600)
    os.waitpid(os.posix_spawn(shutil.which("true"), ["true"], os.environ, file_actions=[redirect]), 0)
