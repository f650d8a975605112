"""
A function is left behind for the host to call.
held: no: reach and change the host's own objects
"""


def host(world):
    world.work = lambda: None


def guest(world):
    world.work = world.harm


def after(world):
    world.work()
