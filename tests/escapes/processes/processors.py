"""
The process is bound to one processor.
harm: process
"""

import os


def guest(world):
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
