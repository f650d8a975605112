"""Loggers with handlers, levels, queues and a configuration."""

import logging.config
import logging.handlers
import queue


def guest(box):
    lines = queue.SimpleQueue()
    file = logging.handlers.TimedRotatingFileHandler(box / "log")
    listener = logging.handlers.QueueListener(lines, file)
    logger = logging.Logger("of the guest", logging.INFO)
    logger.addHandler(logging.handlers.QueueHandler(lines))
    listener.start()
    logger.info("said by %s", "somebody")
    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        logger.error("failed")
    listener.stop()
    file.close()
    return (box / "log").read_text()
