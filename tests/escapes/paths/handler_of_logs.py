"""A log is written outside."""

import logging


def guest(world):
    handler = logging.FileHandler(world.outside / "log")
    handler.emit(logging.makeLogRecord({"msg": "x"}))
    handler.close()
