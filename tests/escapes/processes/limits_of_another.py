"""
A limit of the process is changed by its number.
harm: process
"""

import os
import resource


def guest(world):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.prlimit(os.getpid(), resource.RLIMIT_NOFILE, (soft - 10, hard))
