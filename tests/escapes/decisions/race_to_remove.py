"""A link of its own, harmless where it was made, is moved to where it climbs out while another thread removes behind it."""

import os
import threading
import time


def guest(world):
    here, away, made = world.box / "here", world.box / "away", world.box / "folder" / "link"
    text = os.path.relpath(world.outside, world.box)
    for folder in (here, made.parent, made.parent / text):
        os.makedirs(folder, exist_ok=True)
    done = threading.Event()

    def move():
        while not done.is_set():
            if not os.path.lexists(made):
                world.attempt(os.symlink, text, made)
            for old, new in ((here, away), (made, here), (here, made), (away, here)):
                world.attempt(os.rename, old, new)

    mover = threading.Thread(target=move)
    mover.start()
    end = time.monotonic() + 1
    while time.monotonic() < end:
        world.attempt(os.chmod, here / world.canary.name, 0o400)
        world.attempt(os.unlink, here / world.canary.name)
    done.set()
    mover.join()
