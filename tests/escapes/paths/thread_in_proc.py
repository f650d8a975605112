"""A path goes through the directory of a thread in /proc."""

import os
import threading


def host(world):
    os.chdir(world.outside)


def guest(world):
    with open(f"/proc/{os.getpid()}/task/{threading.get_native_id()}/cwd/canary", "w") as file:
        file.write("harmed")


def after(world):
    os.chdir("/")
