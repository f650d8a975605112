"""
A process that the host started is ended.
"""

import os
import signal


def host(world):
    world.child = os.fork()
    if world.child == 0:
        signal.signal(signal.SIGTERM, lambda *_: (world.harm(), os._exit(0)))
        (world.outside / "ready").touch()
        signal.pause()
    world.wait((world.outside / "ready").exists)


def guest(world):
    os.killpg(0, 0)
    os.kill(os.getppid(), 0)
    os.kill(world.child, signal.SIGTERM)
    world.wait(lambda: world.canary.read_text() == "harmed")


def after(world):
    world.wait(lambda: False, 0.05)
    os.kill(world.child, signal.SIGKILL)
    os.waitpid(world.child, 0)
