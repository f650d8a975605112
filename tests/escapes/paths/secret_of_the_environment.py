"""
The secret lies in the environment that the process was started with.
harm: secret
"""

import os
import pathlib


def host(world):
    world.child = os.fork()
    if world.child == 0:
        os.execve("/bin/sleep", ["sleep", "5"], {"SECRET": "the secret of the host"})
    world.wait(lambda: b"SECRET" in pathlib.Path(f"/proc/{world.child}/environ").read_bytes())


def guest(world):
    world.loot(pathlib.Path(f"/proc/{world.child}/environ").read_bytes())


def after(world):
    os.kill(world.child, 9)
    os.waitpid(world.child, 0)
