"""
The process is aborted.
harm: death
held: no: os._exit, os.abort
"""

import os
import resource


def host(world):
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def guest(world):
    os.abort()
