"""A path goes through the process's current directory in /proc."""

import os


def host(world):
    os.chdir(world.outside)


def guest(world):
    with open("/proc/self/cwd/canary", "w") as file:
        file.write("harmed")


def after(world):
    os.chdir("/")
