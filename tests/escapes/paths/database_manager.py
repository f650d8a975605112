"""A database of the old kind is made outside."""

import dbm.dumb


def guest(world):
    with dbm.dumb.open(str(world.outside / "new"), "c") as database:
        database[b"a"] = b"b"
