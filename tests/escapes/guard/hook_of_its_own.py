"""The guest adds an audit hook of its own that swallows, and then does the harm."""

import sys


def guest(world):
    world.attempt(sys.addaudithook, lambda *_: None)
    world.harm()
