"""A database is made outside."""

import sqlite3


def guest(world):
    sqlite3.connect(world.outside / "new.db").execute("create table t (x)")
