"""
A log is sent to a server of logs.
harm: network
"""

import logging.handlers


def guest(world):
    logger = logging.Logger("guest")
    logger.addHandler(logging.handlers.SysLogHandler(("127.0.0.1", world.port)))
    logger.warning("x")
