"""Directories climb: each call goes up from a handle by one."""

import os


def guest(world):
    handle = os.open(world.box, os.O_PATH)
    up = os.open("..", os.O_PATH, dir_fd=handle)
    os.remove("outside/canary", dir_fd=up)
