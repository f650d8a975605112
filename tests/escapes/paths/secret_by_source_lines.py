"""
The secret is read as the source line of a traceback.
harm: secret
"""

import linecache


def guest(world):
    world.loot(linecache.getline(str(world.secret), 1))
