"""A database is backed up into a file outside."""

import sqlite3


def guest(world):
    source = sqlite3.connect(":memory:")
    source.execute("create table t (x)")
    source.backup(sqlite3.connect(world.outside / "new.db"))
