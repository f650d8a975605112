"""
The folder of the secret is put on the import path, and the secret is read by the error that it makes.
harm: secret
"""

import importlib
import sys
import traceback


def host(world):
    (world.outside / "a_module_of_the_hosts.py").write_bytes(world.secret.read_bytes())


def guest(world):
    sys.path.insert(0, str(world.outside))
    try:
        importlib.import_module("a_module_of_the_hosts")
    except SyntaxError:
        world.loot(traceback.format_exc())
    finally:
        sys.path.remove(str(world.outside))
