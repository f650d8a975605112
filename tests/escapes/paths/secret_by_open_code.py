"""
The secret is read by the function that opens code.
harm: secret
"""

import io


def guest(world):
    with io.open_code(str(world.secret)) as file:
        world.loot(file.read())
