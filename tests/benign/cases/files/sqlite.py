"""sqlite: files, memory, functions, dumps, rows."""

import contextlib
import sqlite3


def guest(box):
    with contextlib.closing(sqlite3.connect(box / "db")) as base, base:
        base.row_factory = sqlite3.Row
        base.create_function("twice", 1, lambda number: number * 2)
        base.execute("create table t (x integer primary key, y)")
        base.executemany("insert into t values (?, ?)", [(number, str(number)) for number in range(5)])
        rows = [tuple(row) for row in base.execute("select twice(x), y from t where x > 2")]
        dump = list(base.iterdump())
    with contextlib.closing(sqlite3.connect(":memory:")) as base:
        base.executescript("\n".join(dump))
        return rows, base.execute("select count(*) from t").fetchone()
