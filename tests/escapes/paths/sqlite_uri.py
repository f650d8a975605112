"""A database is named by an address with escapes."""

import sqlite3


def guest(world):
    sqlite3.connect(f"file:{world.box}/%2e%2e/outside/new.db?mode=rwc", uri=True).execute("create table t (x)")
