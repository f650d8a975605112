"""A profile function does the harm."""

import sys


def guest(world):
    def profile(frame, event, argument):
        sys.setprofile(None)
        world.attempt(world.harm)

    world.attempt(sys.setprofile, profile)
    len("")
    sys.setprofile(None)
