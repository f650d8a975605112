"""
The secret is read by the loader of modules.
harm: secret
"""

import importlib.machinery


def guest(world):
    loader = importlib.machinery.SourceFileLoader("module", str(world.secret))
    world.loot(loader.get_data(str(world.secret)))
