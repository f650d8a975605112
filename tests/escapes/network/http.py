"""
A page is asked for.
harm: network
"""

import urllib.request


def guest(world):
    world.attempt(urllib.request.urlopen, f"http://127.0.0.1:{world.port}/", timeout=0.05)
