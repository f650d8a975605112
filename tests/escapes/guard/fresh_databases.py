"""The function that opens databases is taken from a fresh copy of its extension."""

import importlib
import sys


def guest(world):
    kept = {name: sys.modules.pop(name) for name in list(sys.modules) if "sqlite3" in name}
    try:
        fresh = importlib.import_module("_sqlite3")
        database = fresh.connect(":memory:")
        database.execute("attach ? as other", (str(world.outside / "new.db"),))
        database.execute("create table other.t (x)")
    finally:
        sys.modules.update(kept)
