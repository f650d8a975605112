"""A database is vacuumed into a file outside."""

import sqlite3


def guest(world):
    database = sqlite3.connect(":memory:")
    database.execute("create table t (x)")
    database.execute("vacuum into ?", (str(world.outside / "new.db"),))
