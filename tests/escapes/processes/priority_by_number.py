"""
The priority of the process is changed by its number.
harm: process
"""

import os


def guest(world):
    os.setpriority(os.PRIO_PROCESS, 0, 4)
