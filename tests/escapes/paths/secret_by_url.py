"""
The secret is read by its address.
harm: secret
"""

import urllib.request


def guest(world):
    with urllib.request.urlopen(world.secret.as_uri()) as answer:
        world.loot(answer.read())
