"""
The mask for new files is changed.
harm: process
"""

import os


def guest(world):
    os.umask(0o123)
