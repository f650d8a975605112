"""A relative path is meant from the host's directory."""

import os


def host(world):
    os.chdir(world.outside)


def guest(world):
    with open("canary", "w") as file:
        file.write("harmed")


def after(world):
    os.chdir("/")
