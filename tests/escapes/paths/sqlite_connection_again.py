"""A connection of the guest's is initialised again, with another path."""

import sqlite3


def guest(world):
    database = sqlite3.connect(":memory:")
    database.__init__(str(world.outside / "new.db"))
    database.execute("create table t (x)")
