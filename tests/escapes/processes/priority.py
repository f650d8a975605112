"""
The priority of the process is changed.
harm: process
"""

import os


def guest(world):
    os.nice(3)
