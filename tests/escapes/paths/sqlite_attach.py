"""A database outside is attached to one in memory."""

import sqlite3


def guest(world):
    database = sqlite3.connect(":memory:")
    database.execute("attach ? as other", (str(world.outside / "new.db"),))
    database.execute("create table other.t (x)")
